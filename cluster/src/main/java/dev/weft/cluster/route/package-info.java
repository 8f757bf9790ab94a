/**
 * Which node answers a frame: the one it came to, or another where that cannot in time, or none and
 * why. Everything is decided from values; no clock, no network.
 */
@NullMarked
package dev.weft.cluster.route;

import org.jspecify.annotations.NullMarked;
