/** What operators see of one node: what runs, how it goes now, what happened, and why. */
@NullMarked
package dev.weft.gateway.observatory;

import org.jspecify.annotations.NullMarked;
