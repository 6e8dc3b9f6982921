/* curl_append URL USER PASSWORD FOLDER COUNT: libcurl appends the files
 * 0.eml, 1.eml … of FOLDER to the mailbox of URL, one at a time on one
 * connection, as its API has it. Prints JSON. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "peak.h"

static double
seconds_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int
append(CURL *curl, const char *path)
{
	FILE *file = fopen(path, "rb");
	CURLcode code;
	long length;

	if (file == NULL)
		return 0;
	(void)fseek(file, 0, SEEK_END);
	length = ftell(file);
	(void)fseek(file, 0, SEEK_SET);
	(void)curl_easy_setopt(curl, CURLOPT_READDATA, file);
	(void)curl_easy_setopt(curl, CURLOPT_INFILESIZE, length);
	code = curl_easy_perform(curl);
	(void)fclose(file);
	return code == CURLE_OK;
}

int
main(int argc, char **argv)
{
	CURL *curl = curl_easy_init();
	double seconds;
	long i, count, stored = 0;

	if (argc != 6 || curl == NULL)
		return 2;
	count = strtol(argv[5], NULL, 10);
	(void)curl_easy_setopt(curl, CURLOPT_URL, argv[1]);
	(void)curl_easy_setopt(curl, CURLOPT_USERNAME, argv[2]);
	(void)curl_easy_setopt(curl, CURLOPT_PASSWORD, argv[3]);
	(void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	seconds = seconds_now();
	for (i = 0; i < count; i++) {
		char path[4096];

		(void)snprintf(path, sizeof(path), "%s/%ld.eml", argv[4], i);
		stored += append(curl, path);
	}
	seconds = seconds_now() - seconds;
	(void)printf("{\"stored\":%ld,\"seconds\":%.3f,\"peak_kib\":%ld}\n",
		     stored, seconds, peak_kib());
	curl_easy_cleanup(curl);
	return stored == count ? 0 : 1;
}
