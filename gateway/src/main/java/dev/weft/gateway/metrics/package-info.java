/** What a node does and how it is, as figures that Prometheus scrapes. */
@NullMarked
package dev.weft.gateway.metrics;

import org.jspecify.annotations.NullMarked;
