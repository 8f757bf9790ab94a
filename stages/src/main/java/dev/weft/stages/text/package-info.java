/** Text steps: decoding, tokens, embeddings, what a recogniser read. */
@NullMarked
package dev.weft.stages.text;

import org.jspecify.annotations.NullMarked;
