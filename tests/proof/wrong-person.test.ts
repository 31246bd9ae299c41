import { testShort } from './short.js';
import { wrongPerson } from './wrong-person.js';

testShort(wrongPerson);
