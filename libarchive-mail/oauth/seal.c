/* Secrets on the disk. */
#include "oauth/seal.h"

#include <sodium.h>

#include "base/cursor.h"

enum {
	MARK_SIZE = 8,
	SALT_SIZE = crypto_pwhash_SALTBYTES,
	NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	HEAD_SIZE = MARK_SIZE + 4 + 4 + SALT_SIZE + NONCE_SIZE
};

static const char mark[MARK_SIZE + 1] = "amseal1\n";

/* Before the sealed content, little-endian; passes 0: the key is given. */
struct head {
	uint32_t memory; /* bytes */
	uint32_t passes;
	struct am_bytes salt, nonce;
};

static void
u32_add(struct am_buf *out, uint32_t value)
{
	unsigned i;

	for (i = 0; i < 4; i++)
		am_buf_add_char(out, (char)(value >> (8 * i) & 0xff));
}

static void
random_add(struct am_buf *out, size_t size)
{
	uint8_t *room = am_buf_room(out, size);

	if (room == NULL)
		return;
	randombytes_buf(room, size);
	out->len += size;
}

static bool
head_decode(struct am_bytes sealed, struct head *head)
{
	struct am_cursor cur = am_cursor(sealed);

	if (!am_bytes_equal(am_take(&cur, MARK_SIZE),
			    am_bytes(mark, MARK_SIZE)))
		return false;
	head->memory = am_u32(&cur);
	head->passes = am_u32(&cur);
	head->salt = am_take(&cur, SALT_SIZE);
	head->nonce = am_take(&cur, NONCE_SIZE);
	return am_cursor_ok(&cur) && cur.left >= TAG_SIZE &&
	       head->memory <= AM_SEAL_MEMORY_MAX &&
	       head->passes <= AM_SEAL_PASSES_MAX;
}

/* key: AM_SEAL_KEY_SIZE bytes, wiped by the caller. */
static enum am_status
key_make(const struct am_seal_secret *secret, const struct head *head,
	 uint8_t *key, struct am_error *err)
{
	size_t i;

	if (secret->passphrase == NULL) {
		for (i = 0; i < AM_SEAL_KEY_SIZE; i++)
			key[i] = secret->key[i];
		return AM_OK;
	}
	if (crypto_pwhash(key, AM_SEAL_KEY_SIZE, secret->passphrase,
			  strlen(secret->passphrase), head->salt.data,
			  head->passes, head->memory,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return am_nomem(err);
	return AM_OK;
}

static enum am_status
sodium_ready(struct am_error *err)
{
	if (sodium_init() < 0)
		return am_fail(err, AM_IO, "no random bytes to be had");
	return AM_OK;
}

/* The content behind the head, which is in out already from begin on. */
static enum am_status
content_seal(const uint8_t *key, const struct head *head, struct am_bytes plain,
	     struct am_buf *out, size_t begin, struct am_error *err)
{
	uint8_t *room = am_buf_room(out, plain.len + TAG_SIZE);
	unsigned long long len;

	if (room == NULL)
		return am_buf_status(out, err);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
		room, &len, plain.data, plain.len, out->data + begin, HEAD_SIZE,
		NULL, head->nonce.data, key);
	out->len += (size_t)len;
	return AM_OK;
}

enum am_status
am_seal(const struct am_seal_secret *secret, struct am_bytes plain,
	struct am_buf *out, struct am_error *err)
{
	const bool by_passphrase = secret->passphrase != NULL;
	uint8_t key[AM_SEAL_KEY_SIZE];
	const size_t begin = out->len;
	struct am_bytes head_bytes = am_bytes(NULL, 0);
	struct head head = { 0 };
	enum am_status status;

	AM_TRY(sodium_ready(err));
	if (plain.len > AM_SEAL_CONTENT_MAX)
		return am_fail(err, AM_LIMIT, "too much to seal");
	/* all of it at once: what follows points into it */
	(void)am_buf_room(out, HEAD_SIZE + plain.len + TAG_SIZE);
	am_buf_add(out, am_bytes(mark, MARK_SIZE));
	u32_add(out, by_passphrase ? AM_SEAL_MEMORY : 0);
	u32_add(out, by_passphrase ? AM_SEAL_PASSES : 0);
	random_add(out, SALT_SIZE);
	random_add(out, NONCE_SIZE);
	AM_TRY(am_buf_status(out, err));
	(void)am_slice(am_buf_bytes(out), begin, HEAD_SIZE, &head_bytes);
	head.memory = by_passphrase ? AM_SEAL_MEMORY : 0;
	head.passes = by_passphrase ? AM_SEAL_PASSES : 0;
	(void)am_slice(head_bytes, MARK_SIZE + 8, SALT_SIZE, &head.salt);
	(void)am_slice(head_bytes, MARK_SIZE + 8 + SALT_SIZE, NONCE_SIZE,
		       &head.nonce);
	status = key_make(secret, &head, key, err);
	if (status == AM_OK)
		status = content_seal(key, &head, plain, out, begin, err);
	sodium_memzero(key, sizeof(key));
	return status;
}

static enum am_status
content_unseal(const uint8_t *key, const struct head *head,
	       struct am_bytes sealed, struct am_buf *plain,
	       struct am_error *err)
{
	uint8_t *room = am_buf_room(plain, sealed.len - HEAD_SIZE - TAG_SIZE);
	unsigned long long len;

	if (room == NULL)
		return am_buf_status(plain, err);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    room, &len, NULL, sealed.data + HEAD_SIZE,
		    sealed.len - HEAD_SIZE, sealed.data, HEAD_SIZE,
		    head->nonce.data, key) != 0)
		return am_fail(err, AM_AUTH,
			       "the passphrase or key is another one, or the "
			       "file was changed");
	plain->len += (size_t)len;
	return AM_OK;
}

enum am_status
am_unseal(const struct am_seal_secret *secret, struct am_bytes sealed,
	  struct am_buf *plain, struct am_error *err)
{
	uint8_t key[AM_SEAL_KEY_SIZE];
	struct head head = { 0 };
	enum am_status status;

	AM_TRY(sodium_ready(err));
	if (!head_decode(sealed, &head))
		return am_fail(err, AM_CORRUPT, "this is no sealed file");
	if ((head.passes == 0) != (secret->passphrase == NULL))
		return am_fail(err, AM_AUTH,
			       head.passes == 0
				       ? "it was sealed with a key file"
				       : "it was sealed with a passphrase");
	if (head.passes != 0 && head.memory < crypto_pwhash_MEMLIMIT_MIN)
		return am_fail(err, AM_CORRUPT, "this is no sealed file");
	status = key_make(secret, &head, key, err);
	if (status == AM_OK)
		status = content_unseal(key, &head, sealed, plain, err);
	sodium_memzero(key, sizeof(key));
	return status;
}
