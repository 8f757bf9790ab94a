/** Pictures of what a bench found, as SVG. Knows no bench: a chart says itself what it shows. */
@NullMarked
package dev.weft.bench.chart;

import org.jspecify.annotations.NullMarked;
