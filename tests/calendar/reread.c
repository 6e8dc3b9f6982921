/* Reads a calendar file with libical, as another program would: exit status 1
 * with words for anything that it objects to; else a line for each component:
 * its UID, RECURRENCE-ID or "-", and the first instances in UTC. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

enum { INSTANCES = 40, YEARS = 60 };

static FILE *input;

static char *
line_read(char *line, size_t size, void *arg)
{
	(void)arg;
	return fgets(line, (int)size, input);
}

static void
instance_print(icalcomponent *component, struct icaltime_span *span, void *arg)
{
	int *left = arg;
	const time_t start = span->start;
	struct tm parts;
	char text[32];

	(void)component;
	if ((*left)-- <= 0)
		return;
	(void)gmtime_r(&start, &parts);
	(void)strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &parts);
	(void)printf("\t%s", text);
}

static void
component_print(icalcomponent *component)
{
	const struct icaltimetype replaced =
		icalcomponent_get_recurrenceid(component);
	struct icaltimetype start = icalcomponent_get_dtstart(component);
	struct icaltimetype end = start;
	int left = INSTANCES;

	(void)printf("%s\t%s", icalcomponent_get_uid(component),
		     icaltime_is_null_time(replaced)
			     ? "-"
			     : icaltime_as_ical_string(replaced));
	end.year += YEARS;
	if (!icaltime_is_null_time(start))
		icalcomponent_foreach_recurrence(component, start, end,
						 instance_print, &left);
	(void)printf("\n");
}

static int
component_check(icalcomponent *component)
{
	icalproperty *fault = icalcomponent_get_first_property(
		component, ICAL_XLICERROR_PROPERTY);
	int faults = 0;

	for (; fault != NULL; fault = icalcomponent_get_next_property(
				      component, ICAL_XLICERROR_PROPERTY)) {
		(void)printf("libical: %s\n",
			     icalproperty_as_ical_string(fault));
		faults++;
	}
	return faults;
}

int
main(int argc, char **argv)
{
	icalparser *parser = icalparser_new();
	icalcomponent *calendar;
	icalcomponent *each;
	int faults;

	if (argc != 2 || (input = fopen(argv[1], "rb")) == NULL)
		return 2;
	calendar = icalparser_parse(parser, line_read);
	if (calendar == NULL ||
	    icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
		(void)printf("libical: no VCALENDAR\n");
		return 1;
	}
	faults = component_check(calendar);
	for (each = icalcomponent_get_first_component(calendar,
						      ICAL_ANY_COMPONENT);
	     each != NULL; each = icalcomponent_get_next_component(
				   calendar, ICAL_ANY_COMPONENT)) {
		faults += component_check(each);
		if (icalcomponent_isa(each) != ICAL_VTIMEZONE_COMPONENT)
			component_print(each);
	}
	icalcomponent_free(calendar);
	icalparser_free(parser);
	(void)fclose(input);
	return faults > 0 ? 1 : 0;
}
