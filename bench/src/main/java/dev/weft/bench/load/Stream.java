package dev.weft.bench.load;

/** Calls of one kind, as they come by their own clock. */
public record Stream(String name, Arrivals arrivals, Terms terms, Target target) {}
