/* SPDX-License-Identifier: Apache-2.0 */
/* Articles as people read them: each form that the law book has, and text that is none. */
#include "text/cite.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *article;
	const char *said[LANG_COUNT];
} rows[] = {
	{"405-V art. 28", {"405-V Заң, 28-бап", "Закон 405-V, статья 28", "Law 405-V, article 28"}},
	{"405-V art. 26-1",
		{"405-V Заң, 26-1-бап", "Закон 405-V, статья 26-1", "Law 405-V, article 26-1"}},
	{"405-V art. 27-29", {"405-V Заң, 27–29-баптар", "Закон 405-V, статьи 27–29",
				     "Law 405-V, articles 27–29"}},
	{"405-V art. 26, 26-1", {"405-V Заң, 26, 26-1-баптар", "Закон 405-V, статьи 26, 26-1",
					"Law 405-V, articles 26, 26-1"}},
	{"405-V art. 5(2)", {"405-V Заң, 5-баптың 2-тармағы", "Закон 405-V, статья 5, пункт 2",
				    "Law 405-V, article 5, paragraph 2"}},
	{"405-V art. 5(4)-(5)",
		{"405-V Заң, 5-баптың 4–5-тармақтары", "Закон 405-V, статья 5, пункты 4–5",
			"Law 405-V, article 5, paragraphs 4–5"}},
	{"405-V art. 5(2) as amended from 2026",
		{"405-V Заң, 5-баптың 2-тармағы (2026 жылдан бастап қолданылатын редакция)",
			"Закон 405-V, статья 5, пункт 2 (в редакции с 2026 года)",
			"Law 405-V, article 5, paragraph 2 (as amended from 2026)"}},
	{"405-V art. 27-28 as amended by Law 206-VIII",
		{"405-V Заң, 27–28-баптар (206-VIII Заңмен өзгертілген)",
			"Закон 405-V, статьи 27–28 (в редакции Закона 206-VIII)",
			"Law 405-V, articles 27–28 (as amended by Law 206-VIII)"}},
	{"Tax Code art. 776-3", {"Салық кодексі, 776-3-бап", "Налоговый кодекс, статья 776-3",
					"Tax Code, article 776-3"}},
	{"Tax Code 214-VIII and order No 106",
		{"Салық кодексі 214-VIII; № 106 бұйрық", "Налоговый кодекс 214-VIII; приказ № 106",
			"Tax Code 214-VIII; order No 106"}},
	{"budget law for 2025", {"2025 жылға арналған республикалық бюджет туралы Заң",
					"Закон о республиканском бюджете на 2025 год",
					"Law on the republican budget for 2025"}},
	{"government decree on moving days off in 2018",
		{"Үкіметтің демалыс күндерін ауыстыру туралы қаулысы, 2018 жыл",
			"постановление Правительства о переносе дней отдыха, 2018 год",
			"government decree on moving days off, 2018"}},
	{"practice of the Fund", {"Қордың тәжірибесі", "практика Фонда", "practice of the Fund"}},
};

/* As they stand, in every language. */
static const char *const unknown[] = {"", "a", "405-V art. ", "405-V art. x", "405-V art. 5(",
	"405-V art. 5()", "405-V art. 5(2", "405-V art. 5(2)x", "405-V art. 5(2)-(",
	"405-V art. 5(2)-(3", "405-V art. 5(2)-(3)x", "405-V art. 5, 6(1)", "405-V art. 5,",
	"405-V art. 27-", "405-V art. -27", "405-V art. 99999", "405-V as amended",
	"405-V as amended by", "405-V as amended by Law a b", "405-V and ", " and 405-V",
	"order No ", "order No 4 7", "budget law for", "Tax Code of Mars",
	"<script>alert(1)</script>"};

static struct arena *arena;

static int setup(void **state)
{
	arena = *state = arena_new(1 << 20);
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void same(enum lang lang, const char *article, const char *want)
{
	struct buf b = buf_new(arena, 4096);

	buf_z(&b, "[");
	say_article(&b, lang, str_of(article));
	buf_put(&b, "", 1);
	assert_string_equal(b.p + 1, want);
}

static void test_articles(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(cite_understood(str_of(rows[i].article)));
		for (enum lang lang = 0; lang < LANG_COUNT; lang++)
			same(lang, rows[i].article, rows[i].said[lang]);
	}
}

static void test_unknown(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(unknown); i++) {
		assert_false(cite_understood(str_of(unknown[i])));
		for (enum lang lang = 0; lang < LANG_COUNT; lang++)
			same(lang, unknown[i], unknown[i]);
	}
}

/* Longer than the room for the numbers: nothing is cut, the text stands as it is. */
static void test_too_many_articles(void **state)
{
	struct buf b = buf_new(arena, 4096);

	(void)state;
	buf_z(&b, "405-V art. 1000");
	for (int i = 1; i < 100; i++)
		buf_fmt(&b, ", %d", 1000 + i);
	assert_false(cite_understood(buf_view(&b)));
	buf_put(&b, "", 1);
	same(LANG_KK, b.p, b.p);
}

/* The text behind `article: ` at `p`, quoted or up to the next key. */
static struct str article_at(const char *p)
{
	if (*p == '"')
		return (struct str){p + 1, strcspn(p + 1, "\"")};
	return (struct str){p, strcspn(p, ",}\n")};
}

/* A person reads every article of the built-in book in his language. */
static void test_articles_have_words(void **state)
{
	static char text[1 << 20];
	glob_t files;
	size_t seen = 0, strange = 0;

	(void)state;
	assert_int_equal(glob(LAW_DIR "/*.yaml", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		FILE *f = fopen(files.gl_pathv[i], "r");

		assert_non_null(f);
		text[fread(text, 1, sizeof(text) - 1, f)] = 0;
		fclose(f);
		for (const char *p = text; (p = strstr(p, "article: ")) != NULL;) {
			struct str article = article_at(p += strlen("article: "));

			seen++;
			if (!cite_understood(article)) {
				print_error("%s: %.*s\n", files.gl_pathv[i], STR(article));
				strange++;
			}
		}
	}
	globfree(&files);
	assert_true(seen > 100);
	assert_int_equal(strange, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_articles),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_too_many_articles),
		cmocka_unit_test(test_articles_have_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
