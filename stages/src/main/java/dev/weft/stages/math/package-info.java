/** Steps on numbers and labels that need no model: softmax, top-k, nearest labels. */
@NullMarked
package dev.weft.stages.math;

import org.jspecify.annotations.NullMarked;
