package dev.weft.app.demo;

/**
 * What the rounds without printing brought.
 *
 * @param latencies of whole visits by one caller
 * @param framesPerSecond of {@code callers} at once over {@code framesTogether} visits
 */
record Measured(
    Latencies latencies, double framesPerSecond, int callers, int loops, int framesTogether) {}
