package dev.weft.fabric.pairing;

import java.time.Instant;

/**
 * One thing that came by one input.
 *
 * @param key what must be equal for things to belong together
 * @param at when it happened, by its source's clock
 */
record TimedEvent<T>(String key, String input, Instant at, T value) {}
