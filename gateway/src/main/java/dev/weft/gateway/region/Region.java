package dev.weft.gateway.region;

/**
 * A part of a file of shared memory, as a client registered it.
 *
 * @param key of the file, as the client gave it
 * @param offset within the file, in bytes
 */
public record Region(String name, String key, long offset, long bytes) {}
