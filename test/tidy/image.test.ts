import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { METHOD_ACCESS } from '@causeway/proto/access';
import { expect, test } from 'vitest';

test('the image of what callers were promised has every method', () => {
  const image = fromBinary(FileDescriptorSetSchema, readFileSync('proto/image.binpb'));
  const promised = image.file.flatMap((file) =>
    file.service.flatMap(({ name, method }) =>
      method.map((each) => `/${file.package}.${name}/${each.name}`),
    ),
  );
  expect(Object.keys(METHOD_ACCESS).toSorted()).toEqual(promised.toSorted());
});
