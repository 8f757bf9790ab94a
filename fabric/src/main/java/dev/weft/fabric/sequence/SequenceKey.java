package dev.weft.fabric.sequence;

/** What tells the sequences of one pipeline apart; an id of another tenant is another sequence. */
record SequenceKey(String tenant, String id) {}
