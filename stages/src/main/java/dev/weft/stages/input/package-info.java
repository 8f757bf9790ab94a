/** What a person can give as a file or on a command line, turned into tensors. */
@NullMarked
package dev.weft.stages.input;

import org.jspecify.annotations.NullMarked;
