package dev.weft.gateway.protocol;

/**
 * One output that a request names.
 *
 * @param classes how many of its largest values are wanted in its place, by {@link Classification};
 *     0 for the output itself
 */
public record RequestedOutput(String name, Parameters parameters, int classes) {}
