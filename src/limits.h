/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every maximum of the system. Nothing grows without one of these.
 */
/* Headers of libraries that ask for the system's limits.h find this one first. */
#include_next <limits.h>

#ifndef SAQTA_LIMITS_H
#define SAQTA_LIMITS_H

enum {
	LIMIT_ARENA_BYTES = 32 << 20,       /* memory of one call, page or command */
	LIMIT_IMPORT_ARENA_BYTES = 1 << 30, /* memory of one import portion */
	LIMIT_FILE_BYTES = 64 << 20,        /* an uploaded file */
	LIMIT_IMPORT_FILE_BYTES =
		2000 << 20,           /* a bank file on the command line: 1 M persons is 150 MB */
	LIMIT_BODY_BYTES = 1 << 20,   /* body of an HTTP request */
	LIMIT_HEADER_BYTES = 6 << 10, /* request line and header fields together */
	LIMIT_CONNECTIONS = 20000,    /* a worker */
	LIMIT_REQUEST_SECONDS = 10,   /* from the first byte of a request to its last */
	LIMIT_SEND_SECONDS = 30,      /* a client that reads an answer slowly */
	LIMIT_SEND_BYTES = 32 << 20,  /* of one answer that wait for its client to read */
	LIMIT_SEND_WORKER_BYTES = 64 << 20, /* of all: beyond, the slowest client is cut off */
	LIMIT_IDLE_SECONDS = 60,            /* keep-alive without a request */
	LIMIT_PORTION_LINES = 5000,         /* lines of one import transaction */
	LIMIT_CALC_ROWS = 24,               /* rows of the calculator form */
	LIMIT_JOBS_PER_MONTH = 20,          /* employers of one person in a calculation */
	LIMIT_PAYMENTS_PER_PERSON = 20000,
	LIMIT_SPELLS_PER_PERSON = 1000,
	LIMIT_INTERVALS_PER_PERSON = 4000, /* spells of categories, cut by rows of the law */
	LIMIT_FACTS_BATCH = 2000,          /* persons whose facts are read together */
	LIMIT_YAML_BYTES = 1 << 20,        /* one file of the law book, one settings file */
	LIMIT_YAML_DEPTH = 16,
	LIMIT_YAML_NODES = 50000,
	LIMIT_YAML_KEYS = 500, /* keys of one mapping */
	LIMIT_LAW_FILES = 64,
	LIMIT_LAW_CHANGES = 2000,     /* changed sums that are listed */
	LIMIT_LAW_ROWS = 4000,        /* rows of one list of the law book */
	LIMIT_STEPS = 400,            /* explained steps of one answer */
	LIMIT_ISSUES = 1000,          /* errors of one file that are listed, of each weight */
	LIMIT_IMPORT_LINES = 2600000, /* persons or rows of one file */
	LIMIT_IMPORT_DOCS = 500000,   /* payment orders of one file */
	LIMIT_IMPORT_TEXT_BYTES = 450 << 20, /* of a file that had to be converted to UTF-8 */
	LIMIT_MONTHS_AHEAD = 36,      /* of the month that is paid for, counted from the payment */
	LIMIT_KNOWN_AHEAD_DAYS = 366, /* of the day on which a fact becomes known */
	LIMIT_CSV_COLUMNS = 64,
	LIMIT_CSV_CELL_BYTES = 1000,
	LIMIT_RECONCILE_ITEMS = 100000, /* differences of a register that are listed */
	LIMIT_JSON_DEPTH = 8,
	LIMIT_JSON_ITEMS = 1000, /* of one array */
	LIMIT_XML_DEPTH = 24,    /* elements inside each other */
	LIMIT_XML_NAME_BYTES = 40,
	LIMIT_XML_VALUE_BYTES = 500, /* text of an element that is read */
	LIMIT_TX_TRIES = 5,
	LIMIT_DB_WAIT_MS = 1000,   /* for the lock of another writer, each try */
	LIMIT_DB_READ_MS = 5000,   /* silence of the server after a question of one shard */
	LIMIT_DB_WRITE_MS = 30000, /* the same, of whoever may write */
	/* Of a connection that serves: silence of the server. A reader and a writer may meet it in
	 * one turn of the loop, and still all are answered within 3 s. */
	LIMIT_DB_SERVE_MS = 1000,
	LIMIT_DB_HELD_MS = 2000, /* the same: another writer of a file, which disturbs no reader */
	LIMIT_DB_REPORT_MS = 3600000,   /* the same, after a report */
	LIMIT_DB_ARENA_BYTES = 1 << 20, /* long-lived things of one connection */
	LIMIT_INVOICE_MONTHS = 48,      /* months that one invoice can hold */
	LIMIT_ADVANCES = 32,            /* of one person that one payment may use */
	LIMIT_INVOICE_PAYMENTS = 16,    /* of one invoice that are looked at */
	LIMIT_QR_QUEUE = 1000,          /* codes of one bank that wait to be asked for */
	LIMIT_QR_WAIT_SECONDS = 60,     /* until a bank has issued a code */
	LIMIT_QR_ATTEMPTS = 300,        /* codes of one invoice at one bank */
	LIMIT_PEER_CALLS = 16,          /* to one other side at the same time */
	LIMIT_PEER_HEAD_BYTES = 16384,  /* of one answer */
	LIMIT_STREAMS = 10000,          /* open streams of a worker, whatever is set */
	LIMIT_STREAMS_OF_CLIENT = 64,   /* of one client address (/24, /64) at a worker */
	LIMIT_STREAM_SECONDS = 60,      /* life of one: its client looks at everything anew then */
	LIMIT_STREAM_SILENT_SECONDS = 15, /* then a comment says that the stream still lives */
	LIMIT_TOKEN_SECONDS = 600,        /* life of the sealed token of a result page */
};

#endif
