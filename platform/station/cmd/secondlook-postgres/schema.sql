-- One row a record, its body letter by letter as its car sent it (jsonb would change it,
-- and refuse some). A record has one car, kind and id for ever, so
-- that it is here once however often it comes.
CREATE TABLE IF NOT EXISTS secondlook_records (
    car      text        NOT NULL,
    kind     text        NOT NULL,
    id       text        NOT NULL,
    received timestamptz NOT NULL,
    captured timestamptz,
    used     timestamptz,
    held     boolean     NOT NULL,
    body     json        NOT NULL,
    PRIMARY KEY (car, kind, id)
);

-- Records that could not be opened, and why: none is passed over in silence.
CREATE TABLE IF NOT EXISTS secondlook_unopened (
    car      text        NOT NULL,
    kind     text        NOT NULL,
    id       text        NOT NULL,
    received timestamptz NOT NULL,
    reason   text        NOT NULL,
    PRIMARY KEY (car, kind, id)
);
