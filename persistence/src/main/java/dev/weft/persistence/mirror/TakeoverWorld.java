package dev.weft.persistence.mirror;

import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.segment.Pacer;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a standby sends with in an owner's place.
 *
 * @param settings how batches are sent there; none waits to be filled
 * @param sinks throw an {@link IllegalArgumentException} if a destination is none here
 * @param pacers one for each outbox
 */
public record TakeoverWorld(
    InstantSource clock,
    RandomGenerator random,
    Function<Terms.Upload, OutboxSettings> settings,
    Function<Terms.Upload, Sink> sinks,
    Supplier<Pacer> pacers) {}
