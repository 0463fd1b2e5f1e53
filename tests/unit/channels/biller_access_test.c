/* SPDX-License-Identifier: Apache-2.0 */
/* Who may call as which bank. */
#include "support/test.h"

#include "channels/biller/access.h"
#include "channels/http/throttle.h"

#define CERT "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static const char allow[] =
	"kaspi=192.0.2.0/29  2001:db8::/33; halyk = 198.51.100.7;; *=203.0.113.9";

static const struct {
	const char *bank, *address;
	bool allowed;
} cases[] = {
	{"kaspi", "192.0.2.0", true},
	{"kaspi", "192.0.2.7", true},
	{"kaspi", "192.0.2.8", false},
	{"kaspi", "191.0.2.7", false},
	{"kaspi", "2001:db8:7fff::1", true},
	{"kaspi", "2001:db8:8000::1", false},
	{"kaspi", "198.51.100.7", false},
	/* Its profile's address no longer holds when the setting names the bank. */
	{"kaspi", "194.187.247.152", false},
	{"halyk", "198.51.100.7", true},
	{"halyk", "198.51.100.6", false},
	{"halyk", "::c633:6407", false},
	{"forte", "203.0.113.9", true},
	{"osmp", "203.0.113.9", true},
	{"osmp", "127.0.0.1", false},
};

static bool allows(const struct biller_access *a, const char *bank, const char *address,
	const char *certificate)
{
	struct peer peer;

	assert_true(peer_parse(str_of(address), &peer));
	return biller_access_allows(
		a, biller_profile_find(str_of(bank)), &peer, str_of(certificate));
}

static void test_networks(void **state)
{
	struct ctx cx = {.arena = arena_new(1 << 16)};
	struct biller_access a;

	assert_int_equal(biller_access_read(&cx, str_of(allow), &a), OK);
	for (size_t i = 0; i < TEST_COUNT(cases); i++)
		if (allows(&a, cases[i].bank, cases[i].address, "") != cases[i].allowed)
			fail_msg("%s %s", cases[i].bank, cases[i].address);
	a.demo = true;
	assert_true(allows(&a, "osmp", "127.0.0.1", ""));
	assert_false(allows(&a, "osmp", "192.0.2.1", ""));
	assert_int_equal(biller_access_read(&cx, STR_LIT(""), &a), OK);
	assert_true(allows(&a, "kaspi", "194.187.247.152", ""));
	assert_false(allows(&a, "kaspi", "194.187.247.151", ""));
	assert_false(allows(&a, "osmp", "127.0.0.1", ""));
	arena_free(cx.arena);
}

static void test_certificates(void **state)
{
	struct ctx cx = {.arena = arena_new(1 << 16)};
	struct biller_access a;

	assert_int_equal(biller_access_read(&cx, STR_LIT("*=192.0.2.1"), &a), OK);
	assert_int_equal(biller_access_read_certificates(&cx, STR_LIT("halyk=" CERT), &a), OK);
	assert_true(allows(&a, "halyk", "192.0.2.1", CERT));
	assert_false(allows(&a, "halyk", "192.0.2.2", CERT));
	assert_false(allows(&a, "halyk", "192.0.2.1", ""));
	assert_false(allows(&a, "halyk", "192.0.2.1", "00" CERT));
	assert_true(allows(&a, "kaspi", "192.0.2.1", ""));
	arena_free(cx.arena);
}

static void test_bad_settings(void **state)
{
	static const char *const networks[] = {"kaspi", "sber=192.0.2.1", "kaspi=192.0.2.1/33",
		"kaspi=300.1.1.1", "kaspi=192.0.2.1/", "kaspi=2001:db8::/129", "=192.0.2.1"};
	static const char *const certificates[] = {
		"halyk=00", "*=" CERT, "halyk", "halyk=" CERT "00"};
	struct ctx cx = {.arena = arena_new(1 << 16)};
	struct biller_access a;

	for (size_t i = 0; i < TEST_COUNT(networks); i++)
		if (biller_access_read(&cx, str_of(networks[i]), &a) != E_INPUT)
			fail_msg("%s", networks[i]);
	for (size_t i = 0; i < TEST_COUNT(certificates); i++) {
		assert_int_equal(biller_access_read(&cx, STR_LIT(""), &a), OK);
		if (biller_access_read_certificates(&cx, str_of(certificates[i]), &a) != E_INPUT)
			fail_msg("%s", certificates[i]);
	}
	arena_free(cx.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_bad_settings),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
