package dev.weft.gateway.protocol;

/** One output that a request names. */
public record RequestedOutput(String name, Parameters parameters) {}
