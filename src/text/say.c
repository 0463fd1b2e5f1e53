/* SPDX-License-Identifier: Apache-2.0 */
#include "text/say.h"

#include "base/check.h"
#include "text/msg_table.h"

/* U+00A0: a number never breaks between its groups or before its unit. */
#define NBSP "\xc2\xa0"

static char decimal_sign(enum lang lang)
{
	return lang == LANG_EN ? '.' : ',';
}

/* Plural rules of CLDR for whole numbers, in the order of the forms of a po file. */
static int plural_form(enum lang lang, int64_t n)
{
	uint64_t abs = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	uint64_t last = abs % 10, last_two = abs % 100;

	if (lang != LANG_RU)
		return abs == 1 ? 0 : 1;
	if (last == 1 && last_two != 11)
		return 0;
	if (last >= 2 && last <= 4 && (last_two < 12 || last_two > 14))
		return 1;
	return 2;
}

static const struct msg_text *text_of(enum lang lang, enum msg m)
{
	must((unsigned)lang < LANG_COUNT);
	must((unsigned)m < MSG_COUNT);
	return &msg_texts[lang][m];
}

/* The one that stands at `name`, which ends in '}'. */
static const struct arg *arg_find(const struct arg *args, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (args[i].name[k] && args[i].name[k] == name[k])
			k++;
		if (!args[i].name[k] && name[k] == '}')
			return &args[i];
	}
	return NULL;
}

static const char *pick_form(
	enum lang lang, const struct msg_text *t, const struct arg *args, size_t n)
{
	if (t->forms == 1)
		return t->form[0];
	const struct arg *count = arg_find(args, n, "n}");
	must(count && count->type == ARG_COUNT);
	int form = plural_form(lang, count->count);
	must(form < t->forms);
	return t->form[form];
}

static void put_times(struct buf *b, enum lang lang, int64_t millionths)
{
	uint64_t rest = (uint64_t)millionths % PPM_ONE;
	unsigned digits = 6;

	must(millionths >= 0);
	buf_u64(b, (uint64_t)millionths / PPM_ONE);
	for (; rest && rest % 10 == 0; digits--)
		rest /= 10;
	if (rest) {
		buf_char(b, decimal_sign(lang));
		buf_pad(b, rest, digits);
	}
}

static void put_arg(struct buf *b, enum lang lang, const struct arg *a)
{
	switch (a->type) {
	case ARG_STR:
		buf_str(b, a->str);
		return;
	case ARG_COUNT:
		say_count(b, lang, a->count);
		return;
	case ARG_MONEY:
		say_money(b, lang, a->money);
		return;
	case ARG_DAY:
		say_day(b, lang, a->day);
		return;
	case ARG_MONTH:
		say_month(b, lang, a->month);
		return;
	case ARG_PERCENT:
		say_percent(b, lang, a->rate);
		return;
	case ARG_TIMES:
		put_times(b, lang, a->count);
		return;
	case ARG_MESSAGE:
		buf_str(b, say_plain(lang, a->msg));
		return;
	}
	must(!"an argument type");
}

void say(struct buf *b, enum lang lang, enum msg m, const struct arg *args, size_t n)
{
	const char *p = pick_form(lang, text_of(lang, m), args, n);

	for (;;) {
		const char *name = strchrnul(p, '{');
		buf_put(b, p, (size_t)(name - p));
		if (!*name++)
			return;
		const struct arg *a = arg_find(args, n, name);
		must(a);
		put_arg(b, lang, a);
		p = name + strlen(a->name) + 1;
	}
}

struct str say_plain(enum lang lang, enum msg m)
{
	const struct msg_text *t = text_of(lang, m);

	must(t->forms == 1 && !strchr(t->form[0], '{'));
	return str_of(t->form[0]);
}

bool say_find(const char *key, enum msg *out)
{
	size_t low = 0, high = MSG_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = strcmp(key, msg_keys[mid]);
		if (d == 0) {
			*out = (enum msg)mid;
			return true;
		}
		if (d < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

void say_money(struct buf *b, enum lang lang, struct money v)
{
	money_put_human(b, v, decimal_sign(lang));
	buf_z(b, NBSP "₸");
}

void say_count(struct buf *b, enum lang lang, int64_t v)
{
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	uint64_t unit = 1;

	if (v < 0)
		buf_z(b, "\xe2\x88\x92");
	while (rest / unit >= 1000)
		unit *= 1000;
	buf_u64(b, rest / unit);
	while (unit > 1) {
		rest %= unit;
		unit /= 1000;
		buf_z(b, NBSP);
		buf_pad(b, rest / unit, 3);
	}
}

void say_percent(struct buf *b, enum lang lang, struct rate v)
{
	rate_put_percent(b, v, decimal_sign(lang));
	buf_z(b, lang == LANG_RU ? NBSP "%" : "%");
}

/* The names of the twelve months stand side by side among the sorted keys. */
static enum msg month_msg(enum msg first, int number)
{
	_Static_assert(MSG_month_12 == MSG_month_01 + 11, "month.01 … month.12");
	_Static_assert(MSG_month_of_12 == MSG_month_of_01 + 11, "month.of.01 … month.of.12");
	_Static_assert(
		MSG_month_short_12 == MSG_month_short_01 + 11, "month.short.01 … month.short.12");
	must(number >= 1 && number <= 12);
	return (enum msg)((int)first + number - 1);
}

/* A number without groups (a year, a day of the month) as text. */
struct digits {
	char text[12];
	size_t n;
};

static struct str digits_str(const struct digits *d)
{
	return (struct str){d->text, d->n};
}

static struct digits digits_of(int v, int places)
{
	struct digits d = {.n = 0};

	must(v >= 0);
	for (int rest = v; rest || (int)d.n < places || d.n == 0; rest /= 10)
		d.text[d.n++] = (char)('0' + rest % 10);
	for (size_t i = 0; i < d.n / 2; i++) {
		char c = d.text[i];
		d.text[i] = d.text[d.n - 1 - i];
		d.text[d.n - 1 - i] = c;
	}
	return d;
}

static void put_day(struct buf *b, enum lang lang, struct day v, enum msg pattern, int places)
{
	int year, mon, mday;

	day_split(v, &year, &mon, &mday);
	struct digits y = digits_of(year, 4), m = digits_of(mon, 2), d = digits_of(mday, places);
	const struct arg args[] = {
		arg_str("year", digits_str(&y)),
		arg_str("day", digits_str(&d)),
		arg_str("mm", digits_str(&m)),
		arg_msg("month", month_msg(MSG_month_of_01, mon)),
		arg_msg("mon", month_msg(MSG_month_short_01, mon)),
	};
	say(b, lang, pattern, args, sizeof(args) / sizeof(args[0]));
}

void say_day(struct buf *b, enum lang lang, struct day v)
{
	put_day(b, lang, v, MSG_format_day, 1);
}

void say_day_short(struct buf *b, enum lang lang, struct day v)
{
	put_day(b, lang, v, MSG_format_day_short, lang == LANG_EN ? 1 : 2);
}

void say_month(struct buf *b, enum lang lang, struct month v)
{
	struct digits y = digits_of(month_year(v), 4);
	const struct arg args[] = {
		arg_str("year", digits_str(&y)),
		arg_msg("month", month_msg(MSG_month_01, month_number(v))),
	};

	say(b, lang, MSG_format_month, args, sizeof(args) / sizeof(args[0]));
}

struct str say_month_name(enum lang lang, int number)
{
	return say_plain(lang, month_msg(MSG_month_01, number));
}

struct str say_month_short(enum lang lang, int number)
{
	return say_plain(lang, month_msg(MSG_month_short_01, number));
}

void say_instant(struct buf *b, enum lang lang, struct instant at)
{
	struct day d = day_in_astana(at);
	int64_t minutes = (at.us - day_start(d).us) / 60000000;

	/* 29 February 2024 had 25 hours: its 23rd came twice. */
	if (minutes >= 24 * 60)
		minutes -= 60;
	say_day_short(b, lang, d);
	buf_char(b, ' ');
	buf_pad(b, (uint64_t)minutes / 60, 2);
	buf_char(b, ':');
	buf_pad(b, (uint64_t)minutes % 60, 2);
}

struct str say_code(enum lang lang, const char *group, const char *code)
{
	char key[96];
	size_t n = strlen(group), codes = strlen(code);
	enum msg m;

	must(n + 1 + codes < sizeof(key));
	memcpy(key, group, n);
	key[n++] = '.';
	for (size_t i = 0; i <= codes; i++)
		key[n + i] = code[i] == '-' ? '_' : code[i];
	must(say_find(key, &m));
	return say_plain(lang, m);
}

static bool error_msg(enum err code, enum msg *out)
{
	const char *name = err_info(code)->name;
	char key[96] = "err.";
	size_t n = strlen(name);

	must(n + 5 <= sizeof(key));
	for (size_t i = 0; i <= n; i++)
		key[4 + i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
	return say_find(key, out);
}

void say_wait(struct buf *b, enum lang lang, int64_t seconds)
{
	static const struct {
		int64_t below, unit;
		enum msg m;
	} steps[] = {
		{1, 1, MSG_wait_later},
		{60, 1, MSG_wait_second},
		{90 * 60, 60, MSG_wait_minute},
		{INT64_MAX, 3600, MSG_wait_hour},
	};
	size_t i = 0;
	struct arg n;

	while (seconds >= steps[i].below)
		i++;
	n = arg_count("n", (seconds + steps[i].unit - 1) / steps[i].unit);
	say(b, lang, steps[i].m, &n, 1);
}

void say_error(struct buf *b, enum lang lang, const struct err_slot *err)
{
	struct buf wait = buf_new(b->arena, 256);
	struct digits line = digits_of((int)(err->line > INT32_MAX ? INT32_MAX : err->line), 1);
	if (err->code == ERR_RATE_LIMIT)
		say_wait(&wait, lang, (int64_t)err->line);
	const struct arg args[] = {
		arg_str("line", digits_str(&line)),
		arg_str("field", str_of(err->field)),
		arg_str("detail", str_of(err->detail)),
		arg_str("wait", buf_view(&wait)),
	};
	enum msg m = MSG_err_internal;
	bool known = error_msg(err->code, &m);

	/* A file has its own form of a sum or date, not the one that people type. */
	if (err->detail[0] && (err->code == ERR_MONEY_FORMAT || err->code == ERR_DAY_FORMAT ||
				      err->code == ERR_MONTH_FORMAT))
		m = MSG_err_tag_value;
	say(b, lang, m, args, sizeof(args) / sizeof(args[0]));
	if (!known) {
		buf_z(b, " (");
		buf_z(b, err_info(err->code)->name);
		buf_char(b, ')');
	}
}
