/* Reading a date-time: RFC 5322 3.3, with the obsolete forms of 4.3. */
#include "base/ascii.h"
#include "base/time.h"
#include "convert/rfc5322.h"

/* The field in words: runs of letters, of digits, and single signs. */
struct words {
	struct am_bytes text;
	size_t at;
};

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	c = am_ascii_lower(c);
	return c >= 'a' && c <= 'z';
}

/* Past spaces and comments. */
static void
blanks_skip(struct words *words)
{
	unsigned depth = 0;

	for (; words->at < words->text.len; words->at++) {
		const uint8_t c = words->text.data[words->at];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (depth == 0 && !am_ascii_is_space(c))
			return;
	}
}

static bool
sign_skip(struct words *words, uint8_t sign)
{
	blanks_skip(words);
	if (words->at >= words->text.len || words->text.data[words->at] != sign)
		return false;
	words->at++;
	return true;
}

static bool
number_next(struct words *words, size_t max_digits, int *number_out,
	    size_t *digits_out)
{
	size_t digits = 0;
	int number = 0;

	blanks_skip(words);
	while (words->at < words->text.len &&
	       is_digit(words->text.data[words->at])) {
		if (++digits > max_digits)
			return false;
		number = number * 10 + (words->text.data[words->at++] - '0');
	}
	*number_out = number;
	if (digits_out != NULL)
		*digits_out = digits;
	return digits > 0;
}

static struct am_bytes
letters_next(struct words *words)
{
	struct am_bytes letters = { NULL, 0 };
	size_t start;

	blanks_skip(words);
	start = words->at;
	while (words->at < words->text.len &&
	       is_letter(words->text.data[words->at]))
		words->at++;
	(void)am_slice(words->text, start, words->at - start, &letters);
	return letters;
}

static bool
month_next(struct words *words, int *month_out)
{
	static const char *const months[] = { "jan", "feb", "mar", "apr",
					      "may", "jun", "jul", "aug",
					      "sep", "oct", "nov", "dec" };
	const struct am_bytes name = letters_next(words);
	int i;

	for (i = 0; i < 12; i++)
		if (am_ascii_starts(name, months[i])) {
			*month_out = i + 1;
			return true;
		}
	return false;
}

/* RFC 5322 4.3: years of two and three digits. */
static bool
year_next(struct words *words, int *year_out)
{
	size_t digits;

	if (!number_next(words, 4, year_out, &digits))
		return false;
	if (digits == 2)
		*year_out += *year_out < 50 ? 2000 : 1900;
	else if (digits == 3)
		*year_out += 1900;
	return digits >= 2;
}

/* Seconds east of UTC; an unknown zone is taken as UTC (RFC 5322 4.3). */
static int
zone_next(struct words *words)
{
	static const struct {
		const char *name;
		int hours;
	} zones[] = { { "EDT", -4 }, { "EST", -5 }, { "CDT", -5 },
		      { "CST", -6 }, { "MDT", -6 }, { "MST", -7 },
		      { "PDT", -7 }, { "PST", -8 } };
	const bool west = sign_skip(words, '-');
	struct am_bytes name;
	int number;
	size_t i;

	if (west || sign_skip(words, '+')) {
		if (!number_next(words, 4, &number, NULL) || number % 100 > 59)
			return 0;
		number = number / 100 * 3600 + number % 100 * 60;
		return west ? -number : number;
	}
	name = letters_next(words);
	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (am_ascii_equal(name, zones[i].name))
			return zones[i].hours * 3600;
	return 0;
}

struct clock {
	int hour, minute, second;
};

static bool
clock_next(struct words *words, struct clock *clock)
{
	clock->second = 0;
	if (!number_next(words, 2, &clock->hour, NULL) ||
	    !sign_skip(words, ':') ||
	    !number_next(words, 2, &clock->minute, NULL))
		return false;
	if (sign_skip(words, ':') &&
	    !number_next(words, 2, &clock->second, NULL))
		return false;
	return clock->hour < 24 && clock->minute < 60 && clock->second <= 60;
}

static bool
day_is_of_month(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
				    31, 31, 30, 31, 30, 31 };
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return day >= 1 &&
	       day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

int64_t
am_rfc5322_date(struct am_bytes value)
{
	struct words words = { .text = value };
	struct clock clock;
	int day, month, year, zone;

	(void)letters_next(&words); /* the day of the week */
	(void)sign_skip(&words, ',');
	if (!number_next(&words, 2, &day, NULL))
		return AM_TIME_NONE;
	(void)sign_skip(&words, '-'); /* 01-Jan-1970 of old programs */
	if (!month_next(&words, &month))
		return AM_TIME_NONE;
	(void)sign_skip(&words, '-');
	if (!year_next(&words, &year) || year < 1970 || year > 2200 ||
	    !day_is_of_month(year, month, day) || !clock_next(&words, &clock))
		return AM_TIME_NONE;
	zone = zone_next(&words);
	return am_time_from_civil(year, month, day, clock.hour, clock.minute,
				  clock.second) -
	       zone;
}
