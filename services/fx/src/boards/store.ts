import { columns, type Queryable } from '@causeway/db';
import type { Board } from './board.ts';
import { decodeBoard, encodeBoard } from './encode.ts';

interface BoardRow {
  board: Buffer;
}

/** Stores boards unless another replica was first; answers the ids of those that were stored. */
export async function insertBoards(db: Queryable, boards: readonly Board[]): Promise<string[]> {
  const rows = await db.query<{ rate_board_id: string }>(
    `INSERT INTO rate_boards
       (rate_board_id, payer_currency_code, published_at, show_until, guarantee_until, board)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[],
       $5::timestamptz[], $6::bytea[])
     ON CONFLICT (rate_board_id) DO NOTHING
     RETURNING rate_board_id`,
    columns(
      boards,
      (board) => board.boardId,
      (board) => board.payerCurrency,
      (board) => new Date(board.publishedAtMs),
      (board) => new Date(board.showUntilMs),
      (board) => new Date(board.guaranteeUntilMs),
      (board) => encodeBoard(board),
    ),
  );
  return rows.map((row) => row.rate_board_id);
}

/** The boards still guaranteed at a moment, those already known left out. */
export async function loadLiveBoards(
  db: Queryable,
  nowMs: number,
  knownIds: readonly string[],
): Promise<Board[]> {
  const rows = await db.query<BoardRow>(
    `SELECT board FROM rate_boards
     WHERE guarantee_until > $1 AND rate_board_id <> ALL ($2::uuid[])`,
    [new Date(nowMs), ...columns(knownIds, (id) => id)],
  );
  return rows.map(({ board }) => decodeBoard(board));
}

/** One board of any age. */
export async function findBoard(db: Queryable, boardId: string): Promise<Board | undefined> {
  const [row] = await db.query<BoardRow>('SELECT board FROM rate_boards WHERE rate_board_id = $1', [
    boardId,
  ]);
  return row && decodeBoard(row.board);
}
