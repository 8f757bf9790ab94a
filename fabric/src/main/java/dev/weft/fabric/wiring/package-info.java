/**
 * Whether what is declared fits together: stages and their kinds, the steps of a pipeline,
 * rollouts.
 */
@NullMarked
package dev.weft.fabric.wiring;

import org.jspecify.annotations.NullMarked;
