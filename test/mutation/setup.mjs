import fc from 'fast-check';

// A mutant costs every run: what a property finds at all it finds soon, and the rest is for npm test.
fc.configureGlobal({ numRuns: 30 });
