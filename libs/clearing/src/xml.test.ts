import { expect, test } from 'vitest';
import { element, leaf, xmlText } from './xml.ts';

test('text is text, whatever is in it', () => {
  expect(xmlText('a & <b> "c" ]]> 東京 😀')).toBe('a &amp; &lt;b&gt; &quot;c&quot; ]]&gt; 東京 😀');
  expect(xmlText('\0\u0008\ud800\uffff')).toBe('\ufffd\ufffd\ufffd\ufffd');
});

test('elements hold what is there, in order', () => {
  expect(element('A', leaf('B', '1'), undefined, leaf('C', '<'))).toBe(
    '<A><B>1</B><C>&lt;</C></A>',
  );
});
