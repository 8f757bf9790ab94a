@NullMarked
package dev.weft.bench.chart;

import org.jspecify.annotations.NullMarked;
