/* The Secret Service of freedesktop.org. */
#include <errno.h>
#include <libsecret/secret.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keyring_private.h"

enum { HEX_SIZE = 2 * AM_SEAL_KEY_SIZE + 1 };

static const SecretSchema schema = {
	.name = "archive-mail.SealKey",
	.flags = SECRET_SCHEMA_NONE,
	.attributes = { { "id", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

/* What GLib says, behind what was tried; the error is freed. */
static enum am_status
failed(GError *error, const char *what, struct am_error *err)
{
	(void)am_fail(err, AM_AUTH, "the keyring: %s: %s", what,
		      error != NULL ? error->message : "no reason is given");
	g_clear_error(&error);
	return AM_AUTH;
}

/* --- the session bus --------------------------------------------------------
 */

/* Only sockets of this machine: no bus that is started for the purpose, and
 * none over the network. */
static enum am_status
address_check(const char *address, struct am_error *err)
{
	const char *entry;

	for (entry = address; entry != NULL;
	     entry = strchr(entry, ';') != NULL ? strchr(entry, ';') + 1 : NULL)
		if (entry[0] != '\0' && strncmp(entry, "unix:", 5) != 0)
			return am_fail(err, AM_AUTH,
				       "the keyring: DBUS_SESSION_BUS_ADDRESS "
				       "is no socket of this machine (unix:)");
	return AM_OK;
}

/* Where a session has its bus, when the environment does not say. */
static enum am_status
address_find(struct am_error *err)
{
	const char *given = getenv("DBUS_SESSION_BUS_ADDRESS");
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	struct stat found;
	char *path, *address;

	if (given != NULL && given[0] != '\0')
		return address_check(given, err);
	path = runtime != NULL ? g_build_filename(runtime, "bus", NULL) : NULL;
	if (path == NULL || stat(path, &found) != 0 ||
	    !S_ISSOCK(found.st_mode)) {
		g_free(path);
		return am_fail(err, AM_AUTH,
			       "the keyring: there is no desktop session here "
			       "(no session bus); run this inside one, or seal "
			       "with a passphrase");
	}
	address = g_strconcat("unix:path=", path, NULL);
	/* so that libsecret looks nowhere else */
	g_setenv("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
	g_free(address);
	g_free(path);
	return AM_OK;
}

/* Whoever holds the other end could be handed the key. */
static enum am_status
owner_check(GDBusConnection *bus, struct am_error *err)
{
	GIOStream *stream = g_dbus_connection_get_stream(bus);
	GCredentials *peer = NULL;
	uid_t owner = (uid_t)-1;

	if (G_IS_SOCKET_CONNECTION(stream))
		peer = g_socket_get_credentials(
			g_socket_connection_get_socket(
				G_SOCKET_CONNECTION(stream)),
			NULL);
	if (peer != NULL) {
		owner = g_credentials_get_unix_user(peer, NULL);
		g_object_unref(peer);
	}
	if (owner == (uid_t)-1 || owner != geteuid())
		return am_fail(err, AM_AUTH,
			       "the keyring: the session bus is another "
			       "user's; nothing was sent there");
	return AM_OK;
}

/* service_out lives on the bus that was looked at: there is one a process. */
static enum am_status
service_open(SecretService **service_out, struct am_error *err)
{
	GError *error = NULL;
	GDBusConnection *bus;

	AM_TRY(address_find(err));
	bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
	if (bus == NULL)
		return failed(error, "the session bus cannot be reached", err);
	AM_TRY(owner_check(bus, err));
	*service_out = secret_service_get_sync(SECRET_SERVICE_OPEN_SESSION,
					       NULL, &error);
	if (*service_out == NULL)
		return failed(error, "nobody keeps one in this session", err);
	return AM_OK;
}

/* --- the key ----------------------------------------------------------------
 */

static enum am_status
value_decode(SecretValue *value, uint8_t *key, struct am_error *err)
{
	const char *hex = secret_value_get_text(value);
	size_t len = 0;

	if (hex == NULL ||
	    OPENSSL_hexstr2buf_ex(key, AM_SEAL_KEY_SIZE, &len, hex, '\0') !=
		    1 ||
	    len != AM_SEAL_KEY_SIZE)
		return am_fail(err, AM_AUTH,
			       "the keyring: what it holds is no key");
	return AM_OK;
}

static enum am_status
key_get(SecretService *service, GHashTable *attributes,
	const struct am_keyring_order *order, struct am_error *err)
{
	GError *error = NULL;
	SecretValue *value = secret_service_lookup_sync(
		service, &schema, attributes, NULL, &error);
	enum am_status status;

	if (error != NULL)
		return failed(error, "it does not give out the key", err);
	if (value == NULL)
		return am_fail(err, AM_NOT_FOUND,
			       "the keyring: the key of this sign-in is not "
			       "there, or the keyring stays locked");
	status = value_decode(value, order->key, err);
	secret_value_unref(value);
	return status;
}

static enum am_status
key_put(SecretService *service, GHashTable *attributes,
	const struct am_keyring_order *order, struct am_error *err)
{
	GError *error = NULL;
	char hex[HEX_SIZE];
	char *label = g_strdup_printf("archive-mail: the sign-in of %s",
				      order->account);
	SecretValue *value;
	gboolean done;

	if (OPENSSL_buf2hexstr_ex(hex, sizeof(hex), NULL, order->key,
				  AM_SEAL_KEY_SIZE, '\0') != 1) {
		g_free(label);
		return am_nomem(err);
	}
	value = secret_value_new(hex, HEX_SIZE - 1, "text/plain");
	done = secret_service_store_sync(service, &schema, attributes,
					 SECRET_COLLECTION_DEFAULT, label,
					 value, NULL, &error);
	secret_value_unref(value);
	OPENSSL_cleanse(hex, sizeof(hex));
	g_free(label);
	return done ? AM_OK : failed(error, "it does not take the key", err);
}

static enum am_status
key_forget(SecretService *service, GHashTable *attributes,
	   const struct am_keyring_order *order, struct am_error *err)
{
	GError *error = NULL;

	(void)order;
	/* false without an error: there was none */
	if (!secret_service_clear_sync(service, &schema, attributes, NULL,
				       &error) &&
	    error != NULL)
		return failed(error, "the key is not deleted", err);
	return AM_OK;
}

enum am_status
am_keyring_ask(const struct am_keyring_order *order, struct am_error *err)
{
	static enum am_status (*const tasks[])(
		SecretService * service, GHashTable * attributes,
		const struct am_keyring_order *order, struct am_error *err) = {
		[AM_KEYRING_GET] = key_get,
		[AM_KEYRING_PUT] = key_put,
		[AM_KEYRING_FORGET] = key_forget,
	};
	SecretService *service = NULL;
	GHashTable *attributes;
	enum am_status status;

	AM_TRY(service_open(&service, err));
	attributes = secret_attributes_build(&schema, "id", order->id, NULL);
	status = tasks[order->task](service, attributes, order, err);
	g_hash_table_unref(attributes);
	g_object_unref(service);
	return status;
}
