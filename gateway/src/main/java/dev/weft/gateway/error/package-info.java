/** Failures as clients see them: one table from what went wrong to a status and a stable code. */
@NullMarked
package dev.weft.gateway.error;

import org.jspecify.annotations.NullMarked;
