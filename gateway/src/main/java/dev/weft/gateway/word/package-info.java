/** Constants as the words that clients and operators see. */
@NullMarked
package dev.weft.gateway.word;

import org.jspecify.annotations.NullMarked;
