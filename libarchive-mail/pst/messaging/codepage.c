/* Which code page 8-bit texts are in (mapi-to-mime 2). */
#include "pst/messaging/codepage.h"

#include "mapi/tags.h"

/* bytes: the properties of one message */
enum { TURN_LIMIT = 8 << 20 };

unsigned
am_codepage_usable(int64_t codepage)
{
	if (codepage <= 0 || codepage > 0xffff || codepage == AM_CP_UTF16LE ||
	    codepage == AM_CP_UTF16BE ||
	    !am_codepage_is_known((unsigned)codepage))
		return 0;
	return (unsigned)codepage;
}

/* PidTagInternetCodepage of texts that are seven bits wide on the way: it says
 * nothing about the 8-bit texts in the store. */
static bool
is_7bit(int64_t codepage)
{
	return (codepage >= 20105 && codepage <= 20108) || /* IA5 */
	       codepage == AM_CP_ASCII ||
	       (codepage >= 50220 && codepage <= 50229) || /* ISO-2022 */
	       codepage == 52936 ||			   /* HZ */
	       codepage == 65000;			   /* UTF-7 */
}

static unsigned
of_property(const struct am_pc *pc, uint16_t id)
{
	return am_codepage_usable(am_pc_int(pc, id, 0));
}

static unsigned
of_internet(const struct am_pc *pc)
{
	const int64_t codepage = am_pc_int(pc, AM_PID_INTERNET_CODEPAGE, 0);

	return is_7bit(codepage) ? 0 : am_codepage_usable(codepage);
}

static unsigned
of_locale(const struct am_pc *pc)
{
	const int64_t lcid = am_pc_int(pc, AM_PID_MESSAGE_LOCALE_ID, 0);

	if (lcid <= 0 || lcid > UINT32_MAX)
		return 0;
	return am_codepage_usable(am_codepage_of_lcid((uint32_t)lcid));
}

unsigned
am_codepage_of_pc(const struct am_pc *pc, unsigned store)
{
	const unsigned rungs[] = {
		of_property(pc, AM_PID_MESSAGE_CODEPAGE),
		of_property(pc, AM_PID_CODE_PAGE_ID),
		store,
		of_internet(pc),
		of_locale(pc),
	};
	size_t i;

	for (i = 0; i < sizeof(rungs) / sizeof(rungs[0]); i++)
		if (rungs[i] != 0)
			return rungs[i];
	return 0;
}

/* The pages that Windows has for 8-bit texts. Others are of the Internet: the
 * names of folders are not in them. */
static bool
is_ansi(unsigned codepage)
{
	return codepage == 874 || codepage == 932 || codepage == 936 ||
	       codepage == 949 || codepage == 950 ||
	       (codepage >= 1250 && codepage <= 1258);
}

/* What a message says of the system it was written on. */
static unsigned
vote_of(const struct am_pc *pc)
{
	const unsigned says[] = { of_property(pc, AM_PID_MESSAGE_CODEPAGE),
				  of_property(pc, AM_PID_CODE_PAGE_ID),
				  of_locale(pc), of_internet(pc) };
	size_t i;

	for (i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		if (is_ansi(says[i]))
			return says[i];
	return 0;
}

/* The most frequent of the votes; of two the one that came first. */
static unsigned
votes_count(const unsigned *votes, size_t count)
{
	unsigned winner = 0;
	size_t most = 0;
	size_t i;
	size_t k;

	for (i = 0; i < count; i++) {
		size_t same = 0;

		for (k = i; k < count; k++)
			same += votes[k] == votes[i];
		if (same <= most)
			continue;
		most = same;
		winner = votes[i];
	}
	return winner;
}

static enum am_status
vote_read(struct am_ndb *ndb, const struct am_node *node, struct am_arena *turn,
	  unsigned *vote_out, struct am_error *err)
{
	struct am_pc *pc;
	enum am_status status;

	*vote_out = 0;
	status = am_pc_open(ndb, node, turn, &pc, err);
	if (status == AM_OK)
		*vote_out = vote_of(pc);
	return am_is_item_scoped(status) ? AM_OK : status;
}

static enum am_status
votes_collect(struct am_ndb *ndb, struct am_arena *turn,
	      unsigned votes[AM_CODEPAGE_MAX_MESSAGES], size_t *count_out,
	      struct am_error *err)
{
	struct am_node_iter iter = { 0 };
	struct am_node node;
	unsigned messages = 0;
	unsigned nodes = 0;
	enum am_status status = AM_OK;

	*count_out = 0;
	while (messages < AM_CODEPAGE_MAX_MESSAGES &&
	       nodes++ < AM_CODEPAGE_MAX_NODES &&
	       (status = am_node_next(ndb, &iter, &node, err)) == AM_OK) {
		if (am_nid_type(node.nid) != AM_NID_TYPE_MESSAGE)
			continue;
		messages++;
		am_arena_reset(turn);
		AM_TRY(vote_read(ndb, &node, turn, &votes[*count_out], err));
		*count_out += votes[*count_out] != 0;
	}
	return status == AM_END || am_is_item_scoped(status) ? AM_OK : status;
}

enum am_status
am_codepage_sample(struct am_ndb *ndb, unsigned *codepage_out,
		   struct am_error *err)
{
	struct am_arena turn = { .limit = TURN_LIMIT };
	struct am_arena silent = { 0 };
	struct am_report nobody = { .arena = &silent };
	unsigned votes[AM_CODEPAGE_MAX_MESSAGES];
	enum am_status status;
	size_t count;

	/* findings about messages belong to those, when they are opened */
	am_ndb_set_report(ndb, &nobody);
	status = votes_collect(ndb, &turn, votes, &count, err);
	am_ndb_set_report(ndb, NULL);
	*codepage_out = votes_count(votes, count);
	am_arena_free(&turn);
	am_arena_free(&silent);
	return status;
}
