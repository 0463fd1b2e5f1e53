/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/iin.h"

int iin_check_digit(const char digits[11])
{
	int sum = 0;

	for (int i = 0; i < 11; i++)
		sum += (digits[i] - '0') * (i + 1);
	sum %= 11;
	if (sum < 10)
		return sum;
	/* Second pass with the weights moved by two places: 3 4 … 11 1 2. */
	sum = 0;
	for (int i = 0; i < 11; i++)
		sum += (digits[i] - '0') * ((i + 2) % 11 + 1);
	sum %= 11;
	return sum < 10 ? sum : -1;
}

bool iin_valid(const char digits[12])
{
	for (int i = 0; i < IIN_DIGITS; i++)
		if (digits[i] < '0' || digits[i] > '9')
			return false;
	return iin_check_digit(digits) == digits[11] - '0';
}

enum iin_kind iin_kind(const struct iin *iin)
{
	return iin->d[4] <= '3' ? IIN_PERSON : IIN_ORGANISATION;
}

/* Bytes of something that people put between digits; 0 when it is none. */
static size_t filler(struct str s)
{
	static const char *const fillers[] = {
		" ",
		"-",
		"\t",
		"\xc2\xa0",
		"\xe2\x80\x89",
		"\xe2\x80\xaf",
		"\xe2\x80\x90",
		"\xe2\x80\x91",
		"\xe2\x80\x93",
	};

	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
		if (str_starts(s, fillers[i]))
			return strlen(fillers[i]);
	return 0;
}

/* One digit, ASCII or full width, off the front of `*s`; -1 when it is none. */
static int take_digit(struct str *s)
{
	int digit = -1;
	size_t bytes = 0;

	if (s->p[0] >= '0' && s->p[0] <= '9') {
		digit = s->p[0] - '0';
		bytes = 1;
	} else if (s->n >= 3 && memcmp(s->p, "\xef\xbc", 2) == 0 &&
		   (unsigned char)s->p[2] >= 0x90 && (unsigned char)s->p[2] <= 0x99) {
		digit = (unsigned char)s->p[2] - 0x90;
		bytes = 3;
	}
	s->p += bytes;
	s->n -= bytes;
	return digit;
}

/* The digits of `text` without fillers; `n` counts all of them, also those past the twelfth. */
static ST read_digits(struct ctx *cx, struct str text, struct iin *out)
{
	struct str s = str_trim(text);
	size_t n = 0, skip;

	if (s.n == 0)
		return fail(cx, IIN_EMPTY, "%s", "");
	while (s.n) {
		if ((skip = filler(s))) {
			s.p += skip;
			s.n -= skip;
			continue;
		}
		int digit = take_digit(&s);
		if (digit < 0)
			return fail(cx, IIN_CHARS, "%zu", n + 1);
		if (n < IIN_DIGITS)
			out->d[n] = (char)('0' + digit);
		n++;
	}
	if (n == 0)
		return fail(cx, IIN_EMPTY, "%s", "");
	if (n != IIN_DIGITS)
		return fail(cx, IIN_LENGTH, "%zu", n);
	return OK;
}

static ST check_number(struct ctx *cx, const struct iin *iin)
{
	int right = iin_check_digit(iin->d);

	if (right < 0)
		return fail(cx, IIN_IMPOSSIBLE, "%s", "");
	if (right == iin->d[11] - '0')
		return OK;
	if (iin_kind(iin) == IIN_ORGANISATION)
		return fail(cx, BIN_CHECKSUM, "%d", right);
	return fail(cx, IIN_CHECKSUM, "%d", right);
}

enum st iin_parse(struct ctx *cx, struct str text, struct iin *out)
{
	struct iin iin;

	TRY(read_digits(cx, text, &iin));
	if (iin.d[4] >= '7')
		return fail(cx, IIN_NEITHER, "%c", iin.d[4]);
	if (iin_kind(&iin) == IIN_ORGANISATION)
		return fail(cx, IIN_IS_BIN, "%s", "");
	TRY(check_number(cx, &iin));
	*out = iin;
	return OK;
}

enum st bin_parse(struct ctx *cx, struct str text, struct iin *out)
{
	struct iin iin;

	TRY(read_digits(cx, text, &iin));
	if (iin.d[4] >= '7')
		return fail(cx, IIN_NEITHER, "%c", iin.d[4]);
	if (iin_kind(&iin) == IIN_PERSON)
		return fail(cx, BIN_IS_IIN, "%s", "");
	TRY(check_number(cx, &iin));
	*out = iin;
	return OK;
}

enum st iin_or_bin_parse(struct ctx *cx, struct str text, struct iin *out, enum iin_kind *kind)
{
	struct iin iin;

	TRY(read_digits(cx, text, &iin));
	if (iin.d[4] >= '7')
		return fail(cx, IIN_NEITHER, "%c", iin.d[4]);
	TRY(check_number(cx, &iin));
	*kind = iin_kind(&iin);
	*out = iin;
	return OK;
}

/* The day that the first six digits write in the hundred years from `century` on. */
static bool written_day(const struct iin *iin, int century, struct day *out)
{
	int v[6];

	for (int i = 0; i < 6; i++)
		v[i] = iin->d[i] - '0';
	int year = century + v[0] * 10 + v[1];
	int number = year * 10000 + (v[2] * 10 + v[3]) * 100 + v[4] * 10 + v[5];

	return day_from_number(number, out);
}

bool iin_birth_day(const struct iin *iin, struct day *out)
{
	int century = iin->d[6] - '0';

	if (century < 1 || century > 6)
		return false;
	return written_day(iin, 1800 + (century - 1) / 2 * 100, out);
}

unsigned iin_warnings(const struct iin *iin, struct day today)
{
	struct day born;
	int year, mon, mday, born_year;

	if (iin->d[6] > '6')
		return IIN_WARN_CENTURY;
	if (iin->d[6] == '0') /* the century is not told; 2000 was a leap year, 1900 was none */
		return written_day(iin, 2000, &born) ? 0 : IIN_WARN_DATE;
	if (!iin_birth_day(iin, &born))
		return IIN_WARN_DATE;
	day_split(today, &year, &mon, &mday);
	day_split(born, &born_year, &mon, &mday);
	if (day_cmp(born, today) > 0)
		return IIN_WARN_FUTURE;
	return year - born_year > 120 ? IIN_WARN_AGE : 0;
}

void iin_mask(struct buf *b, const struct iin *iin)
{
	for (int i = 0; i < 8; i++)
		buf_z(b, "\xe2\x80\xa2");
	buf_put(b, iin->d + 8, 4);
}
