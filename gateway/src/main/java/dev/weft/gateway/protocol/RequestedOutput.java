package dev.weft.gateway.protocol;

import java.util.Optional;

/**
 * One output that a request names.
 *
 * @param classes how many of its largest values are wanted in its place, by {@link Classification};
 *     0 for the output itself
 * @param shared where in shared memory it is to be written; empty to have it in the answer
 */
public record RequestedOutput(
    String name, Parameters parameters, int classes, Optional<SharedPlace> shared) {}
