package dev.weft.fabric.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * When, where and for how long a frame was let in.
 *
 * @param number counts the frames of one pipeline from 0
 * @param loop inference loop it runs on
 * @param budget time until its deadline
 * @param unpaired inputs that did not come in time to be paired with those it has
 */
record Admission(
    long number, int loop, Instant at, long nanos, Duration budget, List<String> unpaired) {}
