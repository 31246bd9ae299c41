import { testShort } from './short.js';
import { storm } from './storm.js';

testShort(storm);
