/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision A1-A11 as a table made by hand from its words, one row for each rule, boundary and
 * open question.
 */
#include "support/test.h"

#include "rules/coverage.h"
#include "support/facts_text.h"
#include "support/law_by_hand.h"

/* Which open question is answered the other way. */
enum other {
	AS_IS,
	D14_COUNTS,
	D15_ANY,
	D16_SHIFT,
	D17_MONTH,
	D18_NONE,
	D19_NO,
	D23_LEN,
	D24_OWED,
	D25_WITH,
	D9_FREE
};

struct row {
	const char *facts;
	const char *on, *known; /* known NULL = 2027-12-31 */
	const char *reason;
	const char *until;  /* "-" = none, NULL = not looked at */
	const char *to_pay; /* tenge; NULL = not looked at */
	enum other other;
};

#define CITIZEN "person citizen; "
#define FULL CITIZEN "pay employer 2020-01..2025-06 9000"

static const struct row rows[] = {
	/* ST1: last paid period June 2025. */
	{FULL, "2025-06-10", NULL, "regular", "2025-09-30", "0", AS_IS},
	{FULL, "2025-08-25", NULL, "regular", "2025-09-30", "0", AS_IS},
	{FULL, "2025-08-26", NULL, "grace", "2025-09-30", "4250", AS_IS},
	{FULL, "2025-09-30", NULL, "grace", "2025-09-30", "8500", AS_IS},
	{FULL, "2025-10-01", NULL, "lapsed", "-", "8500", AS_IS},
	{FULL, "2025-10-28", NULL, "lapsed", "-", "8500", AS_IS},
	{FULL, "2025-10-29", NULL, "lapsed", "-", "12750", AS_IS},
	/* ST2: six months of a hole, charged at the amount of the year of payment. */
	{CITIZEN "pay employer 2020-01..2021-09 9000; pay employer 2022-04..2022-08 9000",
		"2022-08-10", NULL, "lapsed", "-", "18000", AS_IS},
	{"person citizen from 2021-10-01; pay employer 2022-04..2022-08 9000", "2022-08-10", NULL,
		"debt", "-", "18000", AS_IS},
	/* ST4: prepaid in March 2024. */
	{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-03-15", "2024-03-20", NULL, "never",
		"-", NULL, AS_IS},
	{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-03-15", "2024-04-01", NULL,
		"prepaid", "2025-06-30", NULL, AS_IS},
	{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-03-15", "2025-03-31", NULL,
		"prepaid", "2025-06-30", "0", AS_IS},
	{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-03-15", "2025-04-01", NULL,
		"regular", "2025-06-30", "0", AS_IS},
	{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-03-15", "2025-05-27", NULL, "grace",
		"2025-06-30", "4250", AS_IS},
	{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-03-15", "2025-07-01", NULL,
		"lapsed", "-", NULL, AS_IS},
	/* D25: March 2024 paid too does not help against older debt, but by the switch. */
	{CITIZEN "pay independent 2024-03..2025-03 4250 on 2024-03-15", "2024-03-20", NULL, "debt",
		"-", NULL, AS_IS},
	{CITIZEN "pay independent 2024-03..2025-03 4250 on 2024-03-15", "2024-03-20", NULL,
		"prepaid", "2025-06-30", NULL, D25_WITH},
	/* D25: twelve months that begin with the month of the payment, by the switch alone. */
	{CITIZEN "pay independent 2024-03..2025-02 4250 on 2024-03-31", "2024-03-31", NULL, "debt",
		"-", NULL, AS_IS},
	{CITIZEN "pay independent 2024-03..2025-02 4250 on 2024-03-31", "2024-03-31", NULL,
		"prepaid", "2025-05-31", NULL, D25_WITH},
	{CITIZEN "pay independent 2024-03..2025-02 4250 on 2024-04-01", "2024-04-01", NULL, "debt",
		"-", NULL, D25_WITH},
	/* The same before prepayment was in force: the right is acquired, as inside a run (A7). */
	{CITIZEN "pay independent 2022-07..2023-07 3000 on 2022-07-05", "2022-07-15", NULL,
		"regular", "2023-10-31", NULL, D25_WITH},
	{CITIZEN "pay independent 2022-07..2023-07 3000 on 2022-07-05", "2022-07-15", NULL, "debt",
		"-", NULL, AS_IS},
	/* ST5: the month of the 18th birthday is covered, then three months of grace (D18). */
	{"person citizen born 2006-07-15", "2024-07-31", NULL, "category", "2024-10-31", "0",
		AS_IS},
	{"person citizen born 2006-07-15", "2024-08-01", NULL, "regular", "2024-10-31", "0", AS_IS},
	{"person citizen born 2006-07-15", "2024-09-25", NULL, "regular", "2024-10-31", "0", AS_IS},
	{"person citizen born 2006-07-15", "2024-09-26", NULL, "grace", "2024-10-31", "4250",
		AS_IS},
	{"person citizen born 2006-07-15", "2024-11-01", NULL, "lapsed", "-", "8500", AS_IS},
	{"person citizen born 2006-07-15", "2024-09-26", NULL, "lapsed", "-", "4250", D18_NONE},
	{"person citizen born 2006-07-01", "2024-07-01", NULL, "category", "2024-10-31", "0",
		AS_IS},
	{"person citizen born 2006-07-31", "2024-07-01", NULL, "category", "2024-10-31", "0",
		AS_IS},
	{"person citizen born 2026-11-20", "2026-11-22", NULL, "category", "2045-02-28", "0",
		AS_IS},
	{"person citizen born 2026-11-20", "2026-10-31", NULL, "not_in_system", "-", "0", AS_IS},
	/* ST6 and the end of the transition. */
	{CITIZEN, "2020-05-15", NULL, "transition", "2020-06-30", "6375", AS_IS},
	{CITIZEN, "2020-06-30", NULL, "transition", "2020-06-30", "10625", AS_IS},
	{CITIZEN, "2020-07-01", NULL, "never", "-", "10625", AS_IS},
	{CITIZEN, "2019-12-31", NULL, "never", "-", "0", AS_IS},
	/* ST7: three months of an independent payer, until 30 June 2021. */
	{CITIZEN "pay independent 2021-03..2021-05 2125", "2021-06-10", NULL, "three_months",
		"2021-06-30", NULL, AS_IS},
	{CITIZEN "pay independent 2021-03..2021-05 2125", "2021-06-30", NULL, "three_months",
		"2021-06-30", NULL, AS_IS},
	{CITIZEN "pay independent 2021-03..2021-05 2125", "2021-07-01", NULL, "debt", "-", NULL,
		AS_IS},
	{CITIZEN "pay independent 2021-04..2021-05 2125", "2021-06-10", NULL, "debt", "-", NULL,
		AS_IS},
	{CITIZEN "pay employer 2021-03..2021-05 2125", "2021-06-10", NULL, "debt", "-", NULL,
		AS_IS},
	{CITIZEN "pay independent 2021-03..2021-05 2124.99", "2021-06-10", NULL, "never", "-", NULL,
		AS_IS},
	/* ST10: twelve months paid as one period. */
	{CITIZEN "pay independent 2025-01 51000 on 2024-12-10", "2025-01-10", NULL, "debt", "-",
		NULL, AS_IS},
	{"person citizen from 2025-01-01; pay independent 2025-01 51000 on 2024-12-10",
		"2025-02-10", NULL, "regular", "2025-04-30", "0", AS_IS},
	/* ST11: temporary status, by the day. */
	{CITIZEN "spell temporary-status 2025-03-10..2025-04-09", "2025-03-09", NULL, "never", "-",
		NULL, AS_IS},
	{CITIZEN "spell temporary-status 2025-03-10..2025-04-09", "2025-03-10", NULL, "temporary",
		"2025-04-09", NULL, AS_IS},
	{CITIZEN "spell temporary-status 2025-03-10..2025-04-09", "2025-04-09", NULL, "temporary",
		"2025-04-09", NULL, AS_IS},
	{CITIZEN "spell temporary-status 2025-03-10..2025-04-09", "2025-04-10", NULL, "never", "-",
		NULL, AS_IS},
	/* ST13: EAEU worker (D19). */
	{"person eaeu from 2024-01-01; pay employer 2024-01..2025-05 9000", "2025-05-15", NULL,
		"regular", "2025-08-31", "0", AS_IS},
	{"person eaeu from 2024-01-01; pay employer 2024-01..2025-05 9000", "2025-05-15", NULL,
		"not_in_system", "-", "0", D19_NO},
	/* ST14: exempt. */
	{CITIZEN "spell exempt:military 2020-01-01..-", "2025-05-15", NULL, "exempt", "-", "0",
		AS_IS},
	{CITIZEN "spell exempt:military 2020-01-01..2025-03-15", "2025-03-31", NULL, "exempt",
		"2025-06-30", "0", AS_IS},
	{CITIZEN "spell exempt:military 2020-01-01..2025-03-15", "2025-04-01", NULL, "regular",
		"2025-06-30", "0", AS_IS},
	{CITIZEN "spell exempt:military 2020-01-01..-; spell category:disabled 2024-01-01..-",
		"2025-05-15", NULL, "category", "-", "0", AS_IS},
	/* A1 */
	{"person temporary; pay employer 2024-01..2025-05 9000", "2025-05-15", NULL,
		"not_in_system", "-", "0", AS_IS},
	{"", "2025-05-15", NULL, "not_in_system", "-", "0", AS_IS},
	{"pay employer 2024-05..2024-08 9000", "2024-08-15", NULL, "regular", "2024-11-30", "0",
		AS_IS},
	{"pay employer 2024-05..2024-08 9000", "2024-04-30", NULL, "not_in_system", "-", "0",
		AS_IS},
	{"pay employer 2024-05..2024-08 9000", "2024-08-15", "2024-06-19", "not_in_system", "-",
		"0", AS_IS},
	{"person resident from 2025-06-10; pay employer 2025-06..2025-09 9000", "2025-05-31", NULL,
		"not_in_system", "-", "0", AS_IS},
	{"person resident from 2025-06-10; pay employer 2025-06..2025-09 9000", "2025-06-01", NULL,
		"regular", "2025-12-31", "0", AS_IS},
	{"person temporary; person resident from 2025-03-01 known 2025-04-01; "
	 "pay employer 2025-03..2025-04 9000",
		"2025-04-10", "2025-03-31", "not_in_system", "-", "0", AS_IS},
	{"person temporary; person resident from 2025-03-01 known 2025-04-01; "
	 "pay employer 2025-03..2025-04 9000 on 2025-03-30",
		"2025-04-10", "2025-04-01", "regular", "2025-07-31", "0", AS_IS},
	/* D24: months before entry. */
	{"person kandas from 2025-06-01; pay employer 2025-06..2025-09 9000", "2025-09-10", NULL,
		"regular", "2025-12-31", "0", AS_IS},
	{"person kandas from 2025-06-01; pay employer 2025-06..2025-09 9000", "2025-09-10", NULL,
		"debt", "-", NULL, D24_OWED},
	/* Somebody new pays the month itself. */
	{"person citizen from 2026-11-01", "2026-11-22", NULL, "never", "-", "4250", AS_IS},
	/* Nobody ever paid: eleven months are not enough without the month itself. */
	{CITIZEN, "2026-11-22", NULL, "never", "-", "46750", AS_IS},
	{CITIZEN, "2026-11-26", NULL, "never", "-", "51000", AS_IS},
	/* Grace of six months from 2026 after 60 months. */
	{CITIZEN "pay employer 2020-10..2025-08 9000", "2025-12-31", NULL, "lapsed", "-", NULL,
		AS_IS},
	{CITIZEN "pay employer 2020-01..2025-08 9000", "2025-12-31", NULL, "lapsed", "-", NULL,
		AS_IS},
	{CITIZEN "pay employer 2020-01..2025-08 9000", "2026-01-01", NULL, "grace", "2026-02-28",
		"12750", AS_IS},
	{CITIZEN "pay employer 2020-01..2025-09 9000", "2025-12-31", NULL, "grace", "2026-03-31",
		NULL, AS_IS},
	{CITIZEN "pay employer 2020-10..2025-09 9000", "2026-01-01", NULL, "grace", "2026-03-31",
		NULL, AS_IS},
	{CITIZEN "pay employer 2020-11..2025-09 9000", "2026-01-01", NULL, "lapsed", "-", NULL,
		AS_IS},
	/* D14: a privileged month breaks the 60. */
	{CITIZEN "pay employer 2020-10..2025-09 9000; "
		 "spell category:unemployed 2023-05-10..2023-05-20",
		"2026-01-01", NULL, "lapsed", "-", NULL, AS_IS},
	{CITIZEN "pay employer 2020-10..2025-09 9000; "
		 "spell category:unemployed 2023-05-10..2023-05-20",
		"2026-01-01", NULL, "grace", "2026-03-31", NULL, D14_COUNTS},
	/* D23: a short hole, then payments resume. */
	{CITIZEN "pay employer 2020-01..2025-01 9000; pay employer 2025-04..2025-05 9000",
		"2025-04-30", NULL, "grace", "2025-04-30", "8500", AS_IS},
	{CITIZEN "pay employer 2020-01..2025-01 9000; pay employer 2025-04..2025-05 9000",
		"2025-05-10", NULL, "lapsed", "-", "8500", AS_IS},
	{CITIZEN "pay employer 2020-01..2025-01 9000; pay employer 2025-04..2025-05 9000",
		"2025-05-10", NULL, "regular", "2025-08-31", "8500", D23_LEN},
	{CITIZEN, "2025-05-10", NULL, "never", "-", "46750", D23_LEN},
	/* Refunds. */
	{"person citizen from 2024-01-01; pay employer 2024-01..2025-06 9000; "
	 "refund 2025-06 9000 2025-07-25",
		"2025-09-15", "2025-07-24", "grace", "2025-09-30", NULL, AS_IS},
	{"person citizen from 2024-01-01; pay employer 2024-01..2025-06 9000; "
	 "refund 2025-06 9000 2025-07-25",
		"2025-09-15", "2025-07-25", "lapsed", "-", "8500", AS_IS},
	{"person citizen from 2025-05-01; pay independent 2025-05..2025-06 4250; "
	 "refund 2025-06 0.01 2025-07-25",
		"2025-09-15", NULL, "lapsed", "-", "8500", AS_IS},
	/* The employer pays late: two dates of knowing. */
	{"person citizen from 2024-01-01; pay employer 2024-01..2025-02 9000; "
	 "pay employer 2025-03..2025-06 9000 on 2025-09-10",
		"2025-08-20", "2025-08-20", "lapsed", "-", "17000", AS_IS},
	{"person citizen from 2024-01-01; pay employer 2024-01..2025-02 9000; "
	 "pay employer 2025-03..2025-06 9000 on 2025-09-10",
		"2025-08-20", "2025-09-10", "regular", "2025-09-30", "0", AS_IS},
	{"person citizen from 2024-01-01; pay employer 2024-01..2025-02 9000; "
	 "pay employer 2025-03..2025-06 9000 on 2025-09-10 known 2025-09-12",
		"2025-08-20", "2025-09-11", "lapsed", "-", "17000", AS_IS},
	/* D15: least sums. */
	{"person citizen from 2025-01-01; spell entrepreneur 2025-01-01..-; "
	 "pay entrepreneur 2025-01..2025-03 5949.99",
		"2025-03-31", NULL, "never", "-", "11900", AS_IS},
	{"person citizen from 2025-01-01; spell entrepreneur 2025-01-01..-; "
	 "pay entrepreneur 2025-01..2025-03 5950",
		"2025-03-31", NULL, "regular", "2025-06-30", "0", AS_IS},
	{"person citizen from 2025-01-01; spell entrepreneur 2025-01-01..-; "
	 "pay entrepreneur 2025-01..2025-03 5949.99",
		"2025-03-31", NULL, "regular", "2025-06-30", "0", D15_ANY},
	{"person citizen from 2025-01-01; pay employer 2025-01..2025-03 0.01", "2025-03-31", NULL,
		"regular", "2025-06-30", "0", AS_IS},
	/* Two halves of one kind are one sum; of two kinds they are not. */
	{"person citizen from 2025-03-01; pay independent 2025-03 2125; pay independent 2025-03 "
	 "2125",
		"2025-03-31", NULL, "regular", "2025-06-30", "0", AS_IS},
	{"person citizen from 2025-03-01; pay independent 2025-03 2125; pay farm 2025-03 2125",
		"2025-03-31", NULL, "never", "-", "4250", AS_IS},
	/* D17: a missed month costs what the year of payment asks. */
	{"person citizen from 2023-05-01; pay independent 2023-05 3500 on 2025-02-01", "2023-05-10",
		NULL, "never", "-", NULL, AS_IS},
	{"person citizen from 2023-05-01; pay independent 2023-05 3500 on 2025-02-01", "2023-05-10",
		NULL, "regular", "2023-08-31", NULL, D17_MONTH},
	{"person citizen from 2023-05-01; pay independent 2023-05 3500 on 2023-06-01; "
	 "pay independent 2023-05 1 on 2025-02-01",
		"2023-05-10", NULL, "regular", "2023-08-31", NULL, AS_IS},
	/* D16: the window. */
	{"person citizen from 2024-01-01; pay employer 2024-02..2025-01 9000", "2025-01-15", NULL,
		"regular", "2025-04-30", "0", AS_IS},
	{"person citizen from 2024-01-01; pay employer 2024-02..2025-01 9000", "2025-01-15", NULL,
		"debt", "-", "4250", D16_SHIFT},
	/* Debts older than the window are forgotten. */
	{CITIZEN "pay employer 2024-01..2024-12 9000", "2024-12-10", NULL, "regular", "2025-03-31",
		"0", AS_IS},
	{CITIZEN "pay employer 2024-01..2024-12 9000", "2024-11-10", NULL, "debt", "-", "4250",
		AS_IS},
	/* Categories by day and by month. */
	{CITIZEN "spell category:pregnant 2025-05-20..2025-11-30", "2025-04-30", NULL, "never", "-",
		NULL, AS_IS},
	{CITIZEN "spell category:pregnant 2025-05-20..2025-11-30", "2025-05-19", NULL, "regular",
		"2026-02-28", NULL, AS_IS},
	{CITIZEN "spell category:pregnant 2025-05-20..2025-11-30", "2025-05-20", NULL, "category",
		"2026-02-28", NULL, AS_IS},
	{CITIZEN "spell category:pregnant 2025-05-20..2025-11-02", "2025-11-30", NULL, "category",
		"2026-02-28", NULL, AS_IS},
	{CITIZEN "spell category:pregnant 2025-05-20..2025-11-01", "2025-11-30", NULL, "category",
		"2026-02-28", NULL, AS_IS},
	{CITIZEN "spell category:crisis_level 2025-11-01..-", "2025-12-31", NULL, "never", "-",
		NULL, AS_IS},
	{CITIZEN "spell category:crisis_level 2025-11-01..-", "2026-01-01", NULL, "category", "-",
		"42500", AS_IS},
	{CITIZEN "spell category:student 2024-09-01..2026-06-30 known 2025-02-01", "2024-12-01",
		"2025-01-31", "never", "-", NULL, AS_IS},
	{CITIZEN "spell category:student 2024-09-01..2026-06-30 known 2025-02-01", "2024-12-01",
		"2025-02-01", "category", "2026-09-30", "34000", AS_IS},
	{CITIZEN "spell category:student 2021-09-01..2025-06-30; "
		 "spell category:graduate 2025-07-01..2025-09-30",
		"2025-09-15", NULL, "category", "2025-12-31", "0", AS_IS},
	/* Due days that a weekend and a holiday move. */
	{CITIZEN "pay employer 2020-01..2025-08 9000", "2025-10-28", NULL, "regular", NULL, "0",
		AS_IS},
	{CITIZEN "pay employer 2020-01..2025-08 9000", "2025-10-29", NULL, "grace", NULL, "4250",
		AS_IS},
	{CITIZEN "pay employer 2020-01..2025-11 9000", "2026-01-26", NULL, "regular", "2026-05-31",
		"0", AS_IS},
	{CITIZEN "pay employer 2020-01..2025-11 9000", "2026-01-27", NULL, "grace", "2026-05-31",
		"4250", AS_IS},
	/* The month between is not due yet, then it is. */
	{"person citizen from 2026-09-01; pay employer 2026-09 9000; "
	 "pay employer 2026-11 9000 on 2026-11-05",
		"2026-11-25", NULL, "regular", "2026-12-31", "0", AS_IS},
	{"person citizen from 2026-09-01; pay employer 2026-09 9000; "
	 "pay employer 2026-11 9000 on 2026-11-05",
		"2026-11-26", NULL, "grace", "2026-12-31", "4250", AS_IS},
	/* Prepaid runs: in force from 5 September 2022, twelve months, paid before the first. */
	{CITIZEN "pay independent 2022-01..2022-12 3000 on 2021-12-10", "2022-09-05", NULL,
		"prepaid", "2023-03-31", NULL, AS_IS},
	{CITIZEN "pay independent 2022-01..2022-12 3000 on 2021-12-10", "2022-09-04", NULL,
		"regular", "2023-03-31", NULL, AS_IS},
	{CITIZEN "pay independent 2024-04..2025-02 4250 on 2024-03-15", "2024-05-10", NULL, "debt",
		"-", NULL, AS_IS},
	{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-04-01", "2024-04-15", NULL, "debt",
		"-", NULL, AS_IS},
	{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-03-31", "2024-04-15", NULL,
		"prepaid", "2025-06-30", NULL, AS_IS},
	{CITIZEN "pay independent 2024-04..2024-09 4250 on 2024-01-10; "
		 "pay independent 2024-10..2025-03 4250 on 2024-03-31",
		"2024-04-15", NULL, "prepaid", "2025-06-30", NULL, AS_IS},
	{CITIZEN "pay independent 2024-04..2024-09 4250 on 2024-01-10; "
		 "pay independent 2024-10..2025-03 4250 on 2024-04-02",
		"2024-04-15", NULL, "debt", "-", NULL, AS_IS},
	{CITIZEN "pay independent 2026-12..2027-11 4250 on 2026-11-20", "2026-11-22", NULL, "never",
		"-", NULL, AS_IS},
	{CITIZEN "pay independent 2026-12..2027-11 4250 on 2026-11-20", "2026-12-01", NULL,
		"prepaid", "2028-02-29", NULL, AS_IS},
	/* Who owes: months of an entrepreneur, less those of a whole suspension. */
	{"person citizen from 2025-01-01; spell entrepreneur 2025-01-01..-; "
	 "spell suspended 2025-03-10..2025-06-30",
		"2025-07-30", NULL, "never", "-", "30600", AS_IS},
	{"person citizen from 2025-01-01; spell entrepreneur 2025-01-01..-; "
	 "spell suspended 2025-03-01..2025-05-30",
		"2025-07-30", NULL, "never", "-", "32300", AS_IS},
	{"person citizen from 2025-05-01; spell farm 2025-05-01..-", "2025-07-30", NULL, "never",
		"-", "11900", AS_IS},
	{"person citizen from 2025-05-01; spell practice 2025-05-01..2025-05-31", "2025-07-30",
		NULL, "never", "-", "10200", AS_IS},
	{"person citizen from 2025-05-01; spell employee 2025-05-01..-", "2025-07-30", NULL,
		"never", "-", "8500", AS_IS},
	/* D9: a self-employed month without income. */
	{"person citizen from 2026-01-01; spell self-employed 2026-01-01..-", "2026-04-10",
		"2026-04-10", "never", "-", "8500", AS_IS},
	{"person citizen from 2026-01-01; spell self-employed 2026-01-01..-", "2026-04-10",
		"2026-04-10", "regular", "2026-06-30", "0", D9_FREE},
};

static void answer_otherwise(struct lawbook *book, enum other other)
{
	law_by_hand(book);
	for (int i = 0; i < HAND_STATUS_ROWS; i++) {
		struct law_status *law = &book->status[i];

		law->state_in_run = other == D14_COUNTS;
		law->window_shift = other == D16_SHIFT;
		law->prepay_with_current = other == D25_WITH;
		if (other == D18_NONE)
			law->grace_state = 0;
	}
	book->choices[D9] = other == D9_FREE;
	book->choices[D15] = other == D15_ANY;
	book->choices[D17] = other == D17_MONTH;
	book->choices[D19] = other == D19_NO;
	book->choices[D23] = other == D23_LEN;
	book->choices[D24] = other == D24_OWED;
}

static struct day read_day(struct ctx *cx, const char *text)
{
	struct day d;

	assert_int_equal(day_parse(cx, str_of(text), &d), OK);
	return d;
}

static void answer_row(struct ctx *cx, const struct lawbook *book, const struct row *row,
	struct coverage_answer *out)
{
	struct coverage_map map;
	struct facts facts;

	facts_read(cx, row->facts, &facts);
	assert_int_equal(coverage_map_build(cx, book, &facts,
				 read_day(cx, row->known ? row->known : "2027-12-31"), &map),
		OK);
	assert_int_equal(
		coverage_answer(cx, book, &map, read_day(cx, row->on), read_day(cx, row->on), out),
		OK);
}

/* The row as the answer has it, in the form of the table. */
static void put_row(struct buf *b, const struct row *row, const struct coverage_answer *a)
{
	buf_z(b, coverage_reason_code(a->reason));
	if (row->until) {
		buf_z(b, " until ");
		if (a->has_until)
			day_put(b, a->insured_until);
		else
			buf_char(b, '-');
	}
	if (row->to_pay) {
		buf_z(b, " pay ");
		money_put_plain(b, a->to_pay);
	}
}

static void put_wanted(struct ctx *cx, struct buf *b, const struct row *row)
{
	struct money sum;

	buf_z(b, row->reason);
	if (row->until)
		buf_fmt(b, " until %s", row->until);
	if (row->to_pay) {
		assert_int_equal(money_parse(cx, str_of(row->to_pay), &sum), OK);
		buf_z(b, " pay ");
		money_put_plain(b, sum);
	}
}

static void every_row_of_the_table(void **state)
{
	struct ctx cx = {.arena = arena_new(16 << 20)};
	struct lawbook book;
	unsigned wrong = 0;

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct coverage_answer answer;
		struct buf got = buf_new(cx.arena, 200), want = buf_new(cx.arena, 200);

		answer_otherwise(&book, row->other);
		answer_row(&cx, &book, row, &answer);
		put_row(&got, row, &answer);
		put_wanted(&cx, &want, row);
		if (!str_eq(buf_view(&got), buf_view(&want))) {
			print_error("row %zu: %s on %s\n  got  %.*s\n  want %.*s\n", i, row->facts,
				row->on, STR(buf_view(&got)), STR(buf_view(&want)));
			wrong++;
		}
		arena_reset(cx.arena);
	}
	assert_int_equal(wrong, 0);
	arena_free(cx.arena);
}

/* An answer whose words are all there: every step can be said in every language. */
static void every_step_is_said(void **state)
{
	struct ctx cx = {.arena = arena_new(16 << 20)};
	struct lawbook book;

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct coverage_answer answer;
		struct buf b = buf_new(cx.arena, 1 << 20);

		answer_otherwise(&book, rows[i].other);
		answer_row(&cx, &book, &rows[i], &answer);
		assert_true(answer.steps.count >= 2);
		for (size_t s = 0; s < answer.steps.count; s++) {
			const struct step *step = &answer.steps.items[s];

			assert_true(step->article.n > 0);
			for (int lang = 0; lang < LANG_COUNT; lang++)
				say(&b, (enum lang)lang, step->msg, step->args, step->arg_count);
		}
		assert_false(b.over);
		assert_null(memchr(b.p, '{', b.n));
		arena_reset(cx.arena);
	}
	arena_free(cx.arena);
}

static void put_step(struct buf *b, const struct step *step)
{
	buf_z(b, step->rule);
	for (size_t i = 0; i < step->arg_count; i++) {
		const struct arg *arg = &step->args[i];

		buf_fmt(b, " %s=", arg->name);
		if (arg->type == ARG_MONTH)
			month_put(b, arg->month);
		else if (arg->type == ARG_DAY)
			day_put(b, arg->day);
		else
			buf_i64(b, arg->count);
	}
	buf_z(b, "; ");
}

/* The steps that decided, with their numbers: those between the clock and the debts. */
static void the_numbers_of_the_steps(void **state)
{
	static const struct {
		const char *facts, *on;
		enum other other;
		const char *steps;
	} cases[] = {
		{"", "2025-05-15", AS_IS, "A1 on=2025-05-15; "},
		{CITIZEN, "2020-05-15", AS_IS, "A2 from=2020-01-01 to=2020-06-30; "},
		{"person citizen born 2010-07-15", "2024-07-31", AS_IS, "A3 month=2024-07; "},
		{CITIZEN "pay independent 2021-03..2021-05 2125", "2021-06-10", AS_IS,
			"A5 first=2021-03 last=2021-05 n=3; "},
		{CITIZEN "pay independent 2024-04..2025-04 4250 on 2024-03-15", "2024-09-10", AS_IS,
			"A6 first=2024-04 last=2025-04; "},
		{CITIZEN, "2026-11-22", AS_IS, "A7; "},
		{FULL, "2025-06-10", AS_IS, "A7 first=2024-07 last=2025-06 month=2025-06; A9; "},
		{FULL, "2025-06-10", D16_SHIFT,
			"A7 first=2024-06 last=2025-05 month=2025-06; A9; "},
		{CITIZEN "pay employer 2020-01..2020-08 4250", "2020-08-10", AS_IS,
			"A7 first=2020-01 last=2020-08 month=2020-08; A9; "},
		{CITIZEN "spell category:student 2020-01-01..2025-06-30", "2025-07-10", AS_IS,
			"A7 month=2025-06; A9; "},
		{CITIZEN "pay independent 2024-04..2025-03 4250 on 2024-03-15", "2025-04-01",
			D16_SHIFT, "A7 month=2025-03; A9; "},
		{CITIZEN "pay employer 2020-01..2025-01 9000; pay employer 2025-04..2025-05 9000",
			"2025-05-10", D23_LEN, "A7 month=2025-05; A9; "},
		{FULL, "2025-09-30", AS_IS,
			"A7 first=2024-07 last=2025-06 month=2025-06; A10 gap=3 grace=3; "},
		{FULL, "2025-10-01", AS_IS,
			"A7 first=2024-07 last=2025-06 month=2025-06; A11 gap=4 grace=3; "},
		{CITIZEN "pay employer 2020-01..2025-09 9000", "2026-03-31", AS_IS,
			"A7 first=2024-10 last=2025-09 month=2025-09; A10 run=60; "
			"A10 gap=6 grace=6; "},
		{CITIZEN "pay employer 2025-05 9000", "2025-05-15", AS_IS,
			"A8 first=2024-06 last=2025-04 n=10; "},
		{CITIZEN "pay employer 2025-05 9000", "2025-05-15", D16_SHIFT,
			"A8 first=2024-05 last=2025-04 n=11; "},
	};
	struct ctx cx = {.arena = arena_new(16 << 20)};
	struct lawbook book;

	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		struct row row = {.facts = cases[i].facts, .on = cases[i].on};
		struct coverage_answer a;
		struct buf b = buf_new(cx.arena, 1000);

		answer_otherwise(&book, cases[i].other);
		answer_row(&cx, &book, &row, &a);
		for (size_t s = 0; s < a.steps.count; s++)
			if (a.steps.items[s].rule[0] == 'A')
				put_step(&b, &a.steps.items[s]);
		assert_text(buf_view(&b), cases[i].steps);
		arena_reset(cx.arena);
	}
	arena_free(cx.arena);
}

static void put_option(struct buf *b, const struct coverage_option *o)
{
	buf_z(b, o->kind == OPTION_ARREARS ? "arrears " : "prepay ");
	if (o->with_current)
		buf_z(b, "now ");
	month_put(b, o->months[0]);
	buf_z(b, "..");
	month_put(b, o->months[o->month_count - 1]);
	buf_char(b, ' ');
	buf_u64(b, o->month_count);
	buf_char(b, ' ');
	money_put_plain(b, o->sum);
	buf_char(b, ' ');
	day_put(b, o->insured_from);
	buf_z(b, "; ");
}

/* The ways back, in the order of the answer, and the cheaper one. */
static void the_ways_back(void **state)
{
	static const struct {
		const char *facts, *on;
		enum other other;
		const char *options;
	} cases[] = {
		{FULL, "2025-07-10", AS_IS, ""},
		{FULL, "2025-10-01", AS_IS,
			"arrears 2025-07..2025-08 2 8500.00 2025-10-01; "
			"prepay 2025-11..2026-10 12 51000.00 2025-11-01; cheapest arrears"},
		{FULL, "2025-08-26", AS_IS,
			"arrears 2025-07..2025-07 1 4250.00 2025-08-26; "
			"prepay 2025-09..2026-08 12 51000.00 2025-09-01; cheapest arrears"},
		{CITIZEN, "2026-11-22", AS_IS,
			"arrears now 2025-12..2026-11 11 46750.00 2026-11-22; "
			"prepay 2026-12..2027-11 12 51000.00 2026-12-01; cheapest arrears"},
		{CITIZEN, "2026-11-26", AS_IS,
			"arrears now 2025-12..2026-11 12 51000.00 2026-11-26; "
			"prepay 2026-12..2027-11 12 51000.00 2026-12-01; cheapest arrears"},
		{CITIZEN, "2026-11-26", D25_WITH,
			"arrears now 2025-12..2026-11 12 51000.00 2026-11-26; "
			"prepay 2026-12..2027-11 12 51000.00 2026-12-01; "
			"prepay now 2026-11..2027-10 12 51000.00 2026-11-26; cheapest arrears"},
		{"person citizen from 2026-11-01", "2026-11-22", AS_IS,
			"arrears now 2026-11..2026-11 1 4250.00 2026-11-22; "
			"prepay 2026-12..2027-11 12 51000.00 2026-12-01; "
			"prepay now 2026-11..2027-11 13 55250.00 2026-11-22; cheapest arrears"},
		{"person citizen; spell entrepreneur 2020-01-01..-", "2026-11-26", AS_IS,
			"arrears now 2025-12..2026-11 12 71400.00 2026-11-26; "
			"prepay 2026-12..2027-11 12 51000.00 2026-12-01; cheapest prepay"},
		/* What is paid ahead already is not asked for again. */
		{CITIZEN "pay independent 2026-12..2027-04 4250 on 2026-11-10", "2026-11-22", AS_IS,
			"arrears now 2025-12..2026-11 11 46750.00 2026-11-22; "
			"prepay 2027-05..2027-11 7 29750.00 2026-12-01; cheapest prepay"},
		{CITIZEN "pay independent 2026-12..2027-11 4250 on 2026-11-10", "2026-11-22", AS_IS,
			"arrears now 2025-12..2026-11 11 46750.00 2026-11-22; cheapest arrears"},
		/* Paid after the run would begin, or with nothing at all (D9): not ahead. */
		{CITIZEN "pay employer 2026-05..2026-06 9000 on 2026-05-01", "2026-04-10", AS_IS,
			"arrears now 2025-05..2026-04 11 46750.00 2026-04-10; "
			"prepay 2026-05..2027-04 12 51000.00 2026-05-01; cheapest arrears"},
		{CITIZEN "spell self-employed 2026-05-01..2026-12-31", "2026-04-10", D9_FREE,
			"arrears now 2025-05..2026-04 11 46750.00 2026-04-10; "
			"prepay 2026-05..2027-04 12 51000.00 2026-05-01; cheapest arrears"},
		/* D25: the current month is paid, so the run may begin with it. */
		{CITIZEN "pay independent 2026-11 4250 on 2026-11-10", "2026-11-22", AS_IS,
			"arrears 2025-12..2026-09 10 42500.00 2026-11-22; "
			"prepay 2026-12..2027-11 12 51000.00 2026-12-01; cheapest arrears"},
		{CITIZEN "pay independent 2026-11 4250 on 2026-11-10", "2026-11-22", D25_WITH,
			"arrears 2025-12..2026-09 10 42500.00 2026-11-22; "
			"prepay 2026-12..2027-10 11 46750.00 2026-11-22; cheapest arrears"},
		{CITIZEN, "2020-08-10", AS_IS,
			"arrears 2020-01..2020-06 6 12750.00 2020-08-10; cheapest arrears"},
		{CITIZEN, "2020-01-10", AS_IS, ""},
		{"person temporary", "2026-11-22", AS_IS, ""},
		{"person citizen from 2024-01-01; pay employer 2024-02..2025-01 9000", "2025-01-15",
			D16_SHIFT,
			"arrears 2024-01..2024-01 1 4250.00 2025-01-15; "
			"prepay 2025-02..2026-01 12 51000.00 2025-02-01; cheapest arrears"},
	};
	struct ctx cx = {.arena = arena_new(16 << 20)};
	struct lawbook book;

	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		struct row row = {.facts = cases[i].facts, .on = cases[i].on};
		struct coverage_answer a;
		struct buf b = buf_new(cx.arena, 1000);

		answer_otherwise(&book, cases[i].other);
		answer_row(&cx, &book, &row, &a);
		for (size_t o = 0; o < a.option_count; o++)
			put_option(&b, &a.options[o]);
		if (a.has_cheapest)
			buf_fmt(&b, "cheapest %s",
				a.cheapest == OPTION_ARREARS ? "arrears" : "prepay");
		assert_text(buf_view(&b), cases[i].options);
		arena_reset(cx.arena);
	}
	arena_free(cx.arena);
}

/* A day that the sets do not hold, or for which no sum is known, is refused and not guessed. */
static void days_outside_are_refused(void **state)
{
	static const struct {
		const char *on;
		enum err want;
	} cases[] = {
		{"2016-12-31", ERR_MONTH_RANGE},
		{"2047-01-01", ERR_MONTH_RANGE},
		{"2027-01-01", ERR_LAW_NOT_YET},
	};
	struct ctx cx = {.arena = arena_new(1 << 20)};
	struct lawbook book;
	struct coverage_map map;
	struct coverage_answer a;
	struct facts facts;

	law_by_hand(&book);
	facts_read(&cx, CITIZEN, &facts);
	assert_int_equal(coverage_map_build(&cx, &book, &facts, day_of(2027, 1, 1), &map), OK);
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		assert_int_not_equal(coverage_answer(&cx, &book, &map, read_day(&cx, cases[i].on),
					     day_of(2027, 1, 1), &a),
			OK);
		assert_int_equal(cx.err.code, cases[i].want);
		err_clear(&cx);
	}
	arena_free(cx.arena);
}

/* Months are named as the contract names them, with who should pay. */
static void months_are_told(void **state)
{
	struct row row = {.facts = "person citizen from 2025-01-01; spell employee "
				   "2025-01-01..2025-04-30; pay employer 2025-01..2025-02 9000; "
				   "pay independent 2025-04 4000; "
				   "spell category:student 2025-05-10..2025-05-20; "
				   "pay independent 2025-06 4250; refund 2025-06 4250 2025-08-01; "
				   "spell exempt:military 2025-07-05..2025-07-06",
		.on = "2025-08-25"};
	static const char want[] =
		"none none none none none none none none none none none none none none none none "
		"paid paid debt:employer debt:employer+ state debt:self- exempt open:self ";
	struct ctx cx = {.arena = arena_new(1 << 20)};
	struct buf b = buf_new(cx.arena, 1000);
	struct lawbook book;
	struct coverage_answer a;

	law_by_hand(&book);
	answer_row(&cx, &book, &row, &a);
	for (size_t i = 0; i < a.month_count; i++) {
		const struct coverage_month *m = &a.months[i];

		buf_z(&b, month_class_code(m->class));
		if (m->class == CLASS_DEBT || m->class == CLASS_OPEN)
			buf_fmt(&b, ":%s", owed_by_code(m->owed_by));
		buf_z(&b, m->partly ? "+" : "");
		buf_z(&b, m->returned ? "-" : "");
		buf_char(&b, ' ');
	}
	assert_text(buf_view(&b), want);
	arena_free(cx.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_table),
		cmocka_unit_test(every_step_is_said),
		cmocka_unit_test(the_numbers_of_the_steps),
		cmocka_unit_test(the_ways_back),
		cmocka_unit_test(days_outside_are_refused),
		cmocka_unit_test(months_are_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
