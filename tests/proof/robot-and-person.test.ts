import { robotAndPerson } from './robot-and-person.js';
import { testShort } from './short.js';

testShort(robotAndPerson);
