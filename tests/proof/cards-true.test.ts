import { cardsTrue } from './cards-true.js';
import { testShort } from './short.js';

testShort(cardsTrue);
