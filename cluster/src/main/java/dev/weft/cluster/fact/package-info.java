/**
 * What nodes tell each other of themselves: what each is, what it runs and how hard it is pressed.
 * {@link dev.weft.cluster.fact.FactBook} keeps what was told and forgets what is stale.
 */
@NullMarked
package dev.weft.cluster.fact;

import org.jspecify.annotations.NullMarked;
