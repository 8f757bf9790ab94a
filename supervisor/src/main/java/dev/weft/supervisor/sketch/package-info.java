/** What is kept of many numbers in little memory: counts, sums, and how often which value came. */
@NullMarked
package dev.weft.supervisor.sketch;

import org.jspecify.annotations.NullMarked;
