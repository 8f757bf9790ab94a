package dev.weft.gateway.energy;

/**
 * What energy is used for.
 *
 * @param kind as that of the work: {@code frame}, {@code deferred} or {@code shadow}
 */
public record Use(String pipeline, String kind) {}
