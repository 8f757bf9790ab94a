/** What a stage author implements: {@link dev.weft.stages.spi.Stage} and its factory. No actors. */
@NullMarked
package dev.weft.stages.spi;

import org.jspecify.annotations.NullMarked;
