/** A disk that loses, tears and flips by seed, and the contract of every trace store. */
@NullMarked
package dev.weft.persistence.testkit;

import org.jspecify.annotations.NullMarked;
