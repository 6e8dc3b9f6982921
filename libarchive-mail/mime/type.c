/* MIME types and file extensions. */
#include "mime/type.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct extension {
	const char *name; /* lower case */
	const char *type;
};

/* Sorted by name. */
static const struct extension extensions[] = {
	{ "7z", "application/x-7z-compressed" },
	{ "amr", "audio/amr" },
	{ "apk", "application/vnd.android.package-archive" },
	{ "asc", "text/plain" },
	{ "avi", "video/x-msvideo" },
	{ "bin", "application/octet-stream" },
	{ "bmp", "image/bmp" },
	{ "bz2", "application/x-bzip2" },
	{ "cab", "application/vnd.ms-cab-compressed" },
	{ "cer", "application/pkix-cert" },
	{ "crt", "application/pkix-cert" },
	{ "css", "text/css" },
	{ "csv", "text/csv" },
	{ "der", "application/pkix-cert" },
	{ "dll", "application/x-msdownload" },
	{ "doc", "application/msword" },
	{ "docm", "application/vnd.ms-word.document.macroEnabled.12" },
	{ "docx",
	  "application/"
	  "vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "dot", "application/msword" },
	{ "dwg", "image/vnd.dwg" },
	{ "emf", "image/emf" },
	{ "eml", "message/rfc822" },
	{ "eps", "application/postscript" },
	{ "epub", "application/epub+zip" },
	{ "exe", "application/x-msdownload" },
	{ "gif", "image/gif" },
	{ "gpg", "application/octet-stream" },
	{ "gz", "application/gzip" },
	{ "heic", "image/heic" },
	{ "htm", "text/html" },
	{ "html", "text/html" },
	{ "ico", "image/vnd.microsoft.icon" },
	{ "ics", "text/calendar" },
	{ "iso", "application/x-iso9660-image" },
	{ "jar", "application/java-archive" },
	{ "jfif", "image/jpeg" },
	{ "jpe", "image/jpeg" },
	{ "jpeg", "image/jpeg" },
	{ "jpg", "image/jpeg" },
	{ "js", "text/javascript" },
	{ "json", "application/json" },
	{ "kml", "application/vnd.google-earth.kml+xml" },
	{ "kmz", "application/vnd.google-earth.kmz" },
	{ "lnk", "application/x-ms-shortcut" },
	{ "log", "text/plain" },
	{ "m4a", "audio/mp4" },
	{ "md", "text/markdown" },
	{ "mdb", "application/x-msaccess" },
	{ "mid", "audio/midi" },
	{ "mkv", "video/x-matroska" },
	{ "mov", "video/quicktime" },
	{ "mp3", "audio/mpeg" },
	{ "mp4", "video/mp4" },
	{ "mpeg", "video/mpeg" },
	{ "mpg", "video/mpeg" },
	{ "mpp", "application/vnd.ms-project" },
	{ "msg", "application/vnd.ms-outlook" },
	{ "msi", "application/x-msi" },
	{ "odg", "application/vnd.oasis.opendocument.graphics" },
	{ "odp", "application/vnd.oasis.opendocument.presentation" },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ "odt", "application/vnd.oasis.opendocument.text" },
	{ "ogg", "audio/ogg" },
	{ "ole", "application/octet-stream" },
	{ "one", "application/onenote" },
	{ "p10", "application/pkcs10" },
	{ "p12", "application/x-pkcs12" },
	{ "p7b", "application/x-pkcs7-certificates" },
	{ "p7c", "application/pkcs7-mime" },
	{ "p7m", "application/pkcs7-mime" },
	{ "p7s", "application/pkcs7-signature" },
	{ "pdf", "application/pdf" },
	{ "pfx", "application/x-pkcs12" },
	{ "pgp", "application/octet-stream" },
	{ "png", "image/png" },
	{ "pps", "application/vnd.ms-powerpoint" },
	{ "ppsx",
	  "application/"
	  "vnd.openxmlformats-officedocument.presentationml.slideshow" },
	{ "ppt", "application/vnd.ms-powerpoint" },
	{ "pptx",
	  "application/"
	  "vnd.openxmlformats-officedocument.presentationml.presentation" },
	{ "ps", "application/postscript" },
	{ "psd", "image/vnd.adobe.photoshop" },
	{ "pub", "application/x-mspublisher" },
	{ "rar", "application/vnd.rar" },
	{ "rpmsg", "application/x-microsoft-rpmsg-message" },
	{ "rtf", "application/rtf" },
	{ "svg", "image/svg+xml" },
	{ "tar", "application/x-tar" },
	{ "tgz", "application/gzip" },
	{ "tif", "image/tiff" },
	{ "tiff", "image/tiff" },
	{ "ttf", "font/ttf" },
	{ "txt", "text/plain" },
	{ "url", "application/internet-shortcut" },
	{ "vcf", "text/vcard" },
	{ "vcs", "text/x-vcalendar" },
	{ "vsd", "application/vnd.visio" },
	{ "vsdx", "application/vnd.ms-visio.drawing" },
	{ "wav", "audio/wav" },
	{ "webm", "video/webm" },
	{ "webp", "image/webp" },
	{ "wma", "audio/x-ms-wma" },
	{ "wmf", "image/wmf" },
	{ "wmv", "video/x-ms-wmv" },
	{ "woff", "font/woff" },
	{ "xls", "application/vnd.ms-excel" },
	{ "xlsb", "application/vnd.ms-excel.sheet.binary.macroEnabled.12" },
	{ "xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12" },
	{ "xlsx",
	  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ "xml", "application/xml" },
	{ "xps", "application/vnd.ms-xpsdocument" },
	{ "xz", "application/x-xz" },
	{ "zip", "application/zip" },
};

enum { PART_MAX = 127 };

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* As strcasecmp, but of ASCII in every locale. */
static int
compare(const char *a, const char *b)
{
	for (; *a != '\0' && lower(*a) == lower(*b); a++)
		b++;
	return lower(*a) - lower(*b);
}

static int
extension_compare(const void *key, const void *entry)
{
	const struct extension *extension = entry;

	return compare(key, extension->name);
}

const char *
am_mime_type_of_name(const char *file_name)
{
	const char *dot = strrchr(file_name, '.');
	const struct extension *found;

	if (dot == NULL)
		return NULL;
	/* Any other .dat file may be anything. */
	if (compare(file_name, "winmail.dat") == 0)
		return "application/ms-tnef";
	found = bsearch(dot + 1, extensions,
			sizeof(extensions) / sizeof(extensions[0]),
			sizeof(extensions[0]), extension_compare);
	return found != NULL ? found->type : NULL;
}

/* How many bytes from the start of text are those of a token. */
static size_t
token_length(const char *text)
{
	return strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz!#$%&'*+-.^_`{|}~");
}

bool
am_mime_type_is_valid(const char *type)
{
	size_t len;

	if (type == NULL)
		return false;
	len = token_length(type);
	if (len < 1 || len > PART_MAX || type[len] != '/')
		return false;
	type += len + 1;
	len = token_length(type);
	return len >= 1 && len <= PART_MAX && type[len] == '\0';
}
