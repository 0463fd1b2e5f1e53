/* SPDX-License-Identifier: Apache-2.0 */
#include "text/cite.h"

enum { NUMBERS_BYTES = 64 };

/* One '*' stands for a number or a year: a word, in the message {x}. */
struct phrase {
	const char *pattern;
	enum msg msg;
};

static const struct phrase acts[] = {
	{"405-V", MSG_cite_act_law_405},
	{"Tax Code", MSG_cite_act_tax_code},
	{"Tax Code *", MSG_cite_act_tax_code_x},
	{"Labour Code", MSG_cite_act_labour_code},
	{"Law on holidays", MSG_cite_act_holidays},
	{"order No *", MSG_cite_act_order},
	{"budget law for *", MSG_cite_act_budget_for},
	{"budget law No *", MSG_cite_act_budget_no},
	{"amended budget law for *", MSG_cite_act_budget_amended},
	{"decree on the budget of *", MSG_cite_act_budget_decree},
	{"government decree", MSG_cite_act_decree},
	{"government decree of * on support of business", MSG_cite_act_decree_business},
	{"government decree on moving days off in *", MSG_cite_act_decree_days_off},
	{"classifier of payment purposes", MSG_cite_act_classifier},
	{"practice of the Fund", MSG_cite_act_practice},
};

static const struct phrase amendments[] = {
	{"by Law *", MSG_cite_amended_by},
	{"from *", MSG_cite_amended_from},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct str rest_of(struct str s, size_t from)
{
	return (struct str){s.p + from, s.n - from};
}

static bool ends_with(struct str s, struct str tail)
{
	return s.n >= tail.n && str_eq(rest_of(s, s.n - tail.n), tail);
}

static bool matches(struct str text, const char *pattern, struct str *x)
{
	struct str tail = str_of(pattern), head = str_cut(&tail, '*');

	*x = (struct str){0};
	if (!tail.p)
		return str_eq(text, head);
	if (text.n <= head.n + tail.n || memcmp(text.p, head.p, head.n) != 0 ||
		!ends_with(text, tail))
		return false;
	*x = (struct str){text.p + head.n, text.n - head.n - tail.n};
	return !memchr(x->p, ' ', x->n);
}

static bool find(
	struct str text, const struct phrase *table, size_t n, enum msg *out, struct str *x)
{
	for (size_t i = 0; i < n; i++)
		if (matches(text, table[i].pattern, x)) {
			*out = table[i].msg;
			return true;
		}
	return false;
}

/* Cuts what stands before `mark` off the front of `*rest`; without it all, and `*rest` is empty. */
static struct str cut_at(struct str *rest, const char *mark)
{
	size_t n = strlen(mark);
	struct str all = *rest;

	for (size_t i = 0; i + n <= all.n; i++)
		if (memcmp(all.p + i, mark, n) == 0) {
			*rest = rest_of(all, i + n);
			return (struct str){all.p, i};
		}
	*rest = (struct str){0};
	return all;
}

/* The numbers of articles or of paragraphs as people write them: "27–28", "26, 26-1". */
struct numbers {
	char bytes[NUMBERS_BYTES];
	struct buf text;
	size_t count; /* more than one: the plural */
};

static void numbers_start(struct numbers *to)
{
	to->text = (struct buf){.p = to->bytes, .cap = NUMBERS_BYTES, .max = NUMBERS_BYTES};
	to->count = 0;
}

/* "28", "27-28" (a range) or "26-1" (one article put in between: the second number is less). */
static bool add_numbers(struct numbers *to, struct str item)
{
	struct str second = item, first = str_cut(&second, '-');
	uint64_t low, high = 0;

	if (!str_to_u64(first, 9999, &low) || (second.p && !str_to_u64(second, 9999, &high)))
		return false;
	if (to->count)
		buf_z(&to->text, ", ");
	buf_str(&to->text, first);
	if (second.p) {
		buf_z(&to->text, high > low ? "–" : "-");
		buf_str(&to->text, second);
	}
	to->count += high > low ? 2 : 1;
	return !to->text.over;
}

/* "(2)" or "(2)-(3)" without the first parenthesis. */
static bool add_paragraphs(struct numbers *to, struct str text)
{
	struct str first = str_cut(&text, ')');

	if (!add_numbers(to, first) || to->count != 1)
		return false;
	if (!text.p || !text.n)
		return text.p;
	if (!str_starts(text, "-("))
		return false;
	text = rest_of(text, 2);
	struct str second = str_cut(&text, ')');
	uint64_t number;
	if (!text.p || text.n || !str_to_u64(second, 9999, &number))
		return false;
	buf_z(&to->text, "–");
	buf_str(&to->text, second);
	to->count = 2;
	return !to->text.over;
}

static bool put_articles(struct buf *b, enum lang lang, struct str text)
{
	struct numbers articles, paragraphs;
	struct str rest = text, list = str_cut(&rest, '(');

	numbers_start(&articles);
	numbers_start(&paragraphs);
	while (list.p)
		if (!add_numbers(&articles, str_trim(str_cut(&list, ','))))
			return false;
	if (rest.p && (articles.count != 1 || !add_paragraphs(&paragraphs, rest)))
		return false;
	const struct arg args[] = {arg_str("article", buf_view(&articles.text)),
		arg_str("paragraph", buf_view(&paragraphs.text))};
	enum msg m = articles.count > 1 ? MSG_cite_articles : MSG_cite_article;
	if (paragraphs.count)
		m = paragraphs.count > 1 ? MSG_cite_paragraphs : MSG_cite_paragraph;
	buf_z(b, ", ");
	say(b, lang, m, args, 2);
	return true;
}

/* One act: "405-V art. 5(2) as amended from 2026". */
static bool put_act(struct buf *b, enum lang lang, struct str text)
{
	struct str amended = text, articles = cut_at(&amended, " as amended ");
	struct str act = cut_at(&articles, " art. ");
	struct str x;
	enum msg m;

	if (!find(act, acts, COUNT(acts), &m, &x))
		return false;
	const struct arg of_act[] = {arg_str("x", x)};
	say(b, lang, m, of_act, 1);
	if (articles.p && !put_articles(b, lang, articles))
		return false;
	if (!amended.p)
		return true;
	if (!find(amended, amendments, COUNT(amendments), &m, &x))
		return false;
	const struct arg of_amendment[] = {arg_str("x", x)};
	buf_char(b, ' ');
	say(b, lang, m, of_amendment, 1);
	return true;
}

static bool put_all(struct buf *b, enum lang lang, struct str article)
{
	struct str rest = article;

	if (!article.n)
		return false;
	while (rest.p) {
		if (!put_act(b, lang, cut_at(&rest, " and ")))
			return false;
		if (rest.p)
			buf_z(b, "; ");
	}
	return true;
}

void say_article(struct buf *b, enum lang lang, struct str article)
{
	size_t start = b->n;

	if (put_all(b, lang, article))
		return;
	b->n = start;
	buf_str(b, article);
}

bool cite_understood(struct str article)
{
	char bytes[512];
	struct buf b = {.p = bytes, .cap = sizeof(bytes), .max = sizeof(bytes)};

	return put_all(&b, LANG_EN, article) && !b.over;
}
