/** Checks any stage against its contract, and the small models and contexts such checks need. */
@NullMarked
package dev.weft.stages.testkit;

import org.jspecify.annotations.NullMarked;
