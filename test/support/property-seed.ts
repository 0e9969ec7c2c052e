import fc from 'fast-check';

// A verdict of continuous integration can be repeated: its property tests draw the same cases every time. Elsewhere each
// run draws others, and prints the seed of what it finds.
if (process.env['CI'] && process.env['CI'] !== 'false') fc.configureGlobal({ seed: 20_261_124 });
