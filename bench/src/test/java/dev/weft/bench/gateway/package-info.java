@NullMarked
package dev.weft.bench.gateway;

import org.jspecify.annotations.NullMarked;
