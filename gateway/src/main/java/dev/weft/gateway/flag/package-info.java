/** Flags as the OpenFeature Remote Evaluation Protocol (OFREP) and operators see them. */
@NullMarked
package dev.weft.gateway.flag;

import org.jspecify.annotations.NullMarked;
