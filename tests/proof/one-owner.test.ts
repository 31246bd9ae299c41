import { oneOwner } from './one-owner.js';
import { testShort } from './short.js';

testShort(oneOwner);
