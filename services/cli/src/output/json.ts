export { type Json, jsonOf } from '@causeway/proto/json';
