/* The HTTPS side of OAuth. */
#include "oauth/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "base/ascii.h"

void
am_oauth_wipe(struct am_buf *buf)
{
	if (buf->data != NULL)
		OPENSSL_cleanse(buf->data, buf->size);
	am_buf_free(buf);
}

void
am_oauth_answer_free(struct am_oauth_answer *answer)
{
	am_oauth_wipe(&answer->body);
}

void
am_oauth_encode(struct am_buf *out, const char *value)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "abcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~";

	for (; *value != '\0'; value++) {
		if (strchr(unreserved, *value) != NULL)
			am_buf_add_char(out, *value);
		else
			am_buf_printf(out, "%%%02X", (unsigned char)*value);
	}
}

void
am_oauth_form_add(struct am_buf *form, const char *name, const char *value)
{
	if (form->len > 0)
		am_buf_add_char(form, '&');
	am_oauth_encode(form, name);
	am_buf_add_char(form, '=');
	am_oauth_encode(form, value);
}

static bool
is_loopback(const char *host)
{
	struct in_addr address;

	if (inet_pton(AF_INET, host, &address) == 1)
		return ntohl(address.s_addr) >> 24 == 127;
	return strcmp(host, "[::1]") == 0 || strcmp(host, "localhost") == 0;
}

static bool
url_is_clean(const char *url)
{
	size_t len;

	for (len = 0; url[len] != '\0'; len++)
		if ((unsigned char)url[len] <= ' ' || url[len] == 0x7f)
			return false;
	return len <= AM_OAUTH_URL_MAX;
}

/* The parts of a URL; each is NULL or freed by parts_free. */
struct url_parts {
	CURLU *url;
	char *scheme, *host, *port, *user;
};

static void
parts_free(struct url_parts *parts)
{
	curl_free(parts->scheme);
	curl_free(parts->host);
	curl_free(parts->port);
	curl_free(parts->user);
	curl_url_cleanup(parts->url);
}

static bool
parts_read(const char *text, struct url_parts *parts)
{
	memset(parts, 0, sizeof(*parts));
	parts->url = curl_url();
	if (parts->url == NULL ||
	    curl_url_set(parts->url, CURLUPART_URL, text, 0) != CURLUE_OK)
		return false;
	(void)curl_url_get(parts->url, CURLUPART_USER, &parts->user, 0);
	return curl_url_get(parts->url, CURLUPART_SCHEME, &parts->scheme, 0) ==
		       CURLUE_OK &&
	       curl_url_get(parts->url, CURLUPART_HOST, &parts->host, 0) ==
		       CURLUE_OK &&
	       curl_url_get(parts->url, CURLUPART_PORT, &parts->port,
			    CURLU_DEFAULT_PORT) == CURLUE_OK;
}

enum am_status
am_oauth_url_check(const char *url, struct am_error *err)
{
	struct url_parts parts = { 0 };
	bool good = url_is_clean(url) && parts_read(url, &parts) &&
		    parts.user == NULL &&
		    (strcmp(parts.scheme, "https") == 0 ||
		     (strcmp(parts.scheme, "http") == 0 &&
		      is_loopback(parts.host)));

	parts_free(&parts);
	if (good)
		return AM_OK;
	return am_fail(err, AM_PROTOCOL,
		       "\"%.100s\" is no address to send secrets to: it must "
		       "begin with https://",
		       url_is_clean(url) ? url : "(control characters)");
}

bool
am_oauth_same_origin(const char *a, const char *b)
{
	struct url_parts of_a = { 0 }, of_b = { 0 };
	const bool same = parts_read(a, &of_a) && parts_read(b, &of_b) &&
			  strcmp(of_a.scheme, of_b.scheme) == 0 &&
			  am_ascii_equal(am_bytes_of(of_a.host), of_b.host) &&
			  strcmp(of_a.port, of_b.port) == 0;

	parts_free(&of_a);
	parts_free(&of_b);
	return same;
}

static size_t
body_take(char *bytes, size_t one, size_t len, void *arg)
{
	struct am_oauth_answer *answer = arg;

	am_buf_add(&answer->body, am_bytes(bytes, one * len));
	return am_buf_status(&answer->body, NULL) == AM_OK ? one * len : 0;
}

static int
stop_asked(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct am_oauth_http *http = arg;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return http->stop != NULL && atomic_load(http->stop);
}

/* NULL when one of them is refused: then nothing is sent. */
static CURL *
handle_make(const struct am_oauth_http *http, const char *url,
	    const struct am_buf *form, const char *basic,
	    struct am_oauth_answer *answer)
{
	CURL *curl;
	bool good;

	curl = curl_easy_init();
	if (curl == NULL)
		return NULL;
	good = curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http") ==
		       CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSLVERSION,
				CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
				(long)AM_OAUTH_CONNECT_S) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_TIMEOUT,
				(long)AM_OAUTH_ANSWER_S) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_USERAGENT, "archive-mail") ==
		       CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_take) ==
		       CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_asked) ==
		       CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_XFERINFODATA, http) == CURLE_OK;
	if (good && http->ca_file != NULL)
		good = curl_easy_setopt(curl, CURLOPT_CAINFO, http->ca_file) ==
		       CURLE_OK;
	if (good && form != NULL)
		good = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE,
					(long)form->len) == CURLE_OK &&
		       curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
					am_buf_text(form)) == CURLE_OK;
	if (good && basic != NULL)
		good = curl_easy_setopt(curl, CURLOPT_HTTPAUTH,
					(long)CURLAUTH_BASIC) == CURLE_OK &&
		       curl_easy_setopt(curl, CURLOPT_USERPWD, basic) ==
			       CURLE_OK;
	if (good)
		return curl;
	curl_easy_cleanup(curl);
	return NULL;
}

static enum am_status
call_failed(CURLcode code, const char *url, const char *detail,
	    struct am_error *err)
{
	const char *text =
		detail[0] != '\0' ? detail : curl_easy_strerror(code);

	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return am_nomem(err);
	case CURLE_ABORTED_BY_CALLBACK:
		return am_fail(err, AM_INTERRUPTED, "interrupted");
	case CURLE_WRITE_ERROR:
		return am_fail(err, AM_PROTOCOL,
			       "the answer of %.80s is longer than %d bytes",
			       url, AM_OAUTH_ANSWER_MAX);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
		return am_fail(err, AM_PROTOCOL, "%.80s: %.120s", url, text);
	default:
		return am_fail(err, AM_NETWORK, "%.80s: %.120s", url, text);
	}
}

static enum am_status
answer_check(CURL *curl, const char *url, struct am_oauth_answer *answer,
	     struct am_error *err)
{
	curl_off_t retry = 0;
	long code = 0;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	(void)curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry);
	answer->code = (int)code;
	answer->retry_after = retry > 0 && retry < 86400 ? (unsigned)retry : 0;
	if (code >= 300 && code < 400)
		return am_fail(err, AM_PROTOCOL,
			       "%.80s answers with a redirect (%ld), and "
			       "secrets are not sent elsewhere",
			       url, code);
	return AM_OK;
}

enum am_status
am_oauth_http_call(const struct am_oauth_http *http, const char *url,
		   const struct am_buf *form, const char *basic,
		   struct am_oauth_answer *answer_out, struct am_error *err)
{
	struct am_oauth_answer answer = { .body = am_buf(AM_OAUTH_ANSWER_MAX) };
	char detail[CURL_ERROR_SIZE] = "";
	enum am_status status;
	CURLcode code;
	CURL *curl;

	AM_TRY(am_oauth_url_check(url, err));
	curl = handle_make(http, url, form, basic, &answer);
	if (curl == NULL)
		return am_nomem(err);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
	code = curl_easy_perform(curl);
	status = code == CURLE_OK ? answer_check(curl, url, &answer, err)
				  : call_failed(code, url, detail, err);
	curl_easy_cleanup(curl);
	if (status == AM_OK)
		*answer_out = answer;
	else
		am_oauth_answer_free(&answer);
	return status;
}
