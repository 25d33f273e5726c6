/**
 * Fuzz targets, one for each decoder of what comes from outside: a class with a method {@code
 * fuzzerTestOneInput(byte[])}, which Jazzer calls. Whatever the bytes, a target may not throw, loop
 * or take memory without bound, and what it decoded must hold together. Inputs that found something
 * once, and good ones to begin with, are in {@code src/test/resources/corpus}, a folder a target.
 */
@NullMarked
package io.stream53.fuzz;

import org.jspecify.annotations.NullMarked;
